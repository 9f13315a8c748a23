#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace edgeloop {

// A run of memory that belongs to a typed array of JavaScript's. It is valid until control returns
// to JavaScript, and not a moment longer: never store one.
template <typename T>
struct Span {
  T* data = nullptr;
  size_t length = 0;
};

// Reads and checks what JavaScript passed, before anything reaches the kernel.
//
// Each reader returns true and fills `out`, or throws a TypeError or RangeError that names the
// argument and the value received, and returns false; the caller then returns `Failed()` at once.
// Absent, undefined and null count as "not given".
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info), env_(info.Env()) {}

  Napi::Env env() const { return env_; }
  Napi::Value operator[](size_t index) const { return info_[index]; }
  bool Given(size_t index) const;
  static bool Given(Napi::Value value) { return !value.IsUndefined() && !value.IsNull(); }

  // A descriptor: an integer from 0 to INT_MAX.
  bool Fd(size_t index, const char* name, int* out) const;

  // An integer of type T within [min, max].
  template <typename T>
  bool Integer(size_t index, const char* name, T* out, T min = std::numeric_limits<T>::min(),
               T max = std::numeric_limits<T>::max()) const {
    return Integer<T>(Napi::Value(info_[index]), name, out, min, max);
  }
  template <typename T>
  bool Integer(Napi::Value value, const char* name, T* out, T min = std::numeric_limits<T>::min(),
               T max = std::numeric_limits<T>::max()) const {
    static_assert(sizeof(T) <= 4 || std::numeric_limits<T>::is_signed, "doubles are exact to 2^53");
    int64_t wide = 0;
    if (!Wide(value, name, static_cast<int64_t>(min), static_cast<int64_t>(max), &wide))
      return false;
    *out = static_cast<T>(wide);
    return true;
  }

  // As Integer, with a value for an argument that was not given.
  template <typename T>
  bool Optional(size_t index, const char* name, T fallback, T* out,
                T min = std::numeric_limits<T>::min(),
                T max = std::numeric_limits<T>::max()) const {
    *out = fallback;
    return !Given(index) || Integer<T>(index, name, out, min, max);
  }

  // Whether the argument is true; anything else is false. Conversion as JavaScript has it would
  // need an environment that is not being terminated.
  bool Flag(size_t index) const {
    bool flag = false;
    return napi_get_value_bool(env_, info_[index], &flag) == napi_ok && flag;
  }

  // A property of an object, undefined where there is none. A getter may run any JavaScript: read
  // all properties and elements before the first Span is taken.
  bool Property(Napi::Value object, const char* key, Napi::Value* out) const;

  // A bit mask of 32 bits, signed or unsigned as JavaScript's operators happen to leave it.
  bool Mask(size_t index, const char* name, uint32_t* out) const;

  // Milliseconds, fractions allowed, to nanoseconds, rounded up. Not given, -1 and Infinity are -1:
  // for ever. NaN and other negatives are a RangeError.
  bool TimeoutNs(size_t index, const char* name, int64_t* out) const;

  // The memory of a Uint8Array (a Buffer is one) or Int32Array that is neither shared between
  // threads nor detached.
  bool Bytes(size_t index, const char* name, Span<uint8_t>* out) const;
  bool Bytes(Napi::Value value, const char* name, Span<uint8_t>* out) const;
  bool Int32s(size_t index, const char* name, Span<int32_t>* out) const;

  // A string without NUL bytes, as the kernel takes it (UTF-8).
  bool Text(size_t index, const char* name, std::string* out) const;

  // Throws for argument `name`: a TypeError for a wrong type, a RangeError for a wrong value.
  // `expected` completes "The "name" argument must be …". Both return false.
  bool WrongType(const char* name, const char* expected, Napi::Value received) const;
  bool OutOfRange(const char* name, const char* expected, Napi::Value received) const;

  // What a function returns once an exception is pending.
  Napi::Value Failed() const { return env_.Undefined(); }

  // What a system call answered: its result, or -errno in Node's manner.
  Napi::Value Result(int64_t result) const;

 private:
  bool Wide(Napi::Value value, const char* name, int64_t min, int64_t max, int64_t* out) const;
  bool Elements(Napi::Value value, const char* name, napi_typedarray_type type,
                const char* expected, void** data, size_t* length) const;

  const Napi::CallbackInfo& info_;
  Napi::Env env_;
};

}  // namespace edgeloop
