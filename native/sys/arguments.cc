#include "sys/arguments.h"

#include <cerrno>
#include <cmath>
#include <cstdio>

namespace edgeloop {

namespace {

// A primitive as text. An environment that is being terminated converts nothing, and an empty value
// must not be touched then.
std::string Converted(Napi::Value value) {
  napi_value text;
  if (napi_coerce_to_string(value.Env(), value, &text) != napi_ok) return "?";
  return Napi::String(value.Env(), text).Utf8Value();
}

// Shows a value in an error message. Objects are not converted: that could run JavaScript.
std::string Describe(Napi::Value value) {
  switch (value.Type()) {
    case napi_undefined:
    case napi_null:
    case napi_boolean:
    case napi_number: return Converted(value);
    case napi_string: {
      std::string text = value.As<Napi::String>().Utf8Value();
      if (text.size() > 60) text = text.substr(0, 57) + "...";
      return "'" + text + "'";
    }
    case napi_bigint: return Converted(value) + "n";
    case napi_symbol: return "a symbol";
    case napi_function: return "a function";
    default: return value.IsArray() ? "an array" : "an object";
  }
}

std::string Message(const char* name, const char* expected, Napi::Value received) {
  return std::string("The \"") + name + "\" argument must be " + expected + ". Received " +
         Describe(received);
}

}  // namespace

bool Arguments::Given(size_t index) const {
  return index < info_.Length() && Given(info_[index]);
}

bool Arguments::WrongType(const char* name, const char* expected, Napi::Value received) const {
  napi_throw_type_error(env_, "ERR_INVALID_ARG_TYPE", Message(name, expected, received).c_str());
  return false;
}

bool Arguments::OutOfRange(const char* name, const char* expected, Napi::Value received) const {
  napi_throw_range_error(env_, "ERR_OUT_OF_RANGE", Message(name, expected, received).c_str());
  return false;
}

bool Arguments::Fd(size_t index, const char* name, int* out) const {
  return Integer<int>(index, name, out, 0);
}

bool Arguments::Property(Napi::Value object, const char* key, Napi::Value* out) const {
  napi_value value = nullptr;
  if (napi_get_named_property(env_, object, key, &value) != napi_ok) return false;
  *out = Napi::Value(env_, value);
  return true;
}

bool Arguments::Wide(Napi::Value value, const char* name, int64_t min, int64_t max,
                     int64_t* out) const {
  if (!value.IsNumber()) return WrongType(name, "an integer", value);
  double number = value.As<Napi::Number>().DoubleValue();
  // The largest safe integer bounds what a double can say exactly; NaN fails every comparison.
  constexpr double kSafe = 9007199254740991.0;
  if (number == std::trunc(number) && number >= -kSafe && number <= kSafe) {
    int64_t integer = static_cast<int64_t>(number);
    if (integer >= min && integer <= max) {
      *out = integer;
      return true;
    }
  }
  char expected[80];
  std::snprintf(expected, sizeof expected, "an integer from %lld to %lld",
                static_cast<long long>(min), static_cast<long long>(max));
  return OutOfRange(name, expected, value);
}

bool Arguments::Mask(size_t index, const char* name, uint32_t* out) const {
  int64_t wide = 0;
  if (!Wide(info_[index], name, std::numeric_limits<int32_t>::min(),
            std::numeric_limits<uint32_t>::max(), &wide)) {
    return false;
  }
  *out = static_cast<uint32_t>(wide);
  return true;
}

bool Arguments::TimeoutNs(size_t index, const char* name, int64_t* out) const {
  *out = -1;
  if (!Given(index)) return true;
  Napi::Value value = info_[index];
  const char* expected = "a number of milliseconds from 0, or -1 or Infinity to wait for ever";
  if (!value.IsNumber()) return WrongType(name, expected, value);
  double ms = value.As<Napi::Number>().DoubleValue();
  if (ms == -1 || ms == HUGE_VAL) return true;
  if (!(ms >= 0)) return OutOfRange(name, expected, value);
  double ns = std::ceil(ms * 1e6);
  constexpr int64_t kLongest = std::numeric_limits<int64_t>::max();
  *out = ns >= static_cast<double>(kLongest) ? kLongest : static_cast<int64_t>(ns);
  return true;
}

bool Arguments::Elements(Napi::Value value, const char* name, napi_typedarray_type type,
                         const char* expected, void** data, size_t* length) const {
  napi_typedarray_type actual;
  napi_value buffer = nullptr;
  bool is_array = value.IsTypedArray();
  if (is_array &&
      napi_get_typedarray_info(env_, value, &actual, length, data, &buffer, nullptr) != napi_ok) {
    is_array = false;
  }
  if (!is_array || actual != type) return WrongType(name, expected, value);
  bool owned = false;
  napi_is_arraybuffer(env_, buffer, &owned);
  if (!owned) {
    napi_throw_type_error(
        env_, "ERR_INVALID_ARG_TYPE",
        (std::string("The \"") + name + "\" argument must not lie in a SharedArrayBuffer").c_str());
    return false;
  }
  bool detached = false;
  napi_is_detached_arraybuffer(env_, buffer, &detached);
  if (detached) {
    napi_throw_type_error(
        env_, "ERR_INVALID_STATE",
        (std::string("The \"") + name + "\" argument lies in an ArrayBuffer that was detached")
            .c_str());
    return false;
  }
  return true;
}

bool Arguments::Bytes(size_t index, const char* name, Span<uint8_t>* out) const {
  return Bytes(Napi::Value(info_[index]), name, out);
}

bool Arguments::Bytes(Napi::Value value, const char* name, Span<uint8_t>* out) const {
  void* data = nullptr;
  if (!Elements(value, name, napi_uint8_array, "a Uint8Array", &data, &out->length)) return false;
  out->data = static_cast<uint8_t*>(data);
  return true;
}

bool Arguments::Int32s(size_t index, const char* name, Span<int32_t>* out) const {
  void* data = nullptr;
  if (!Elements(info_[index], name, napi_int32_array, "an Int32Array", &data, &out->length))
    return false;
  out->data = static_cast<int32_t*>(data);
  return true;
}

bool Arguments::Text(size_t index, const char* name, std::string* out) const {
  Napi::Value value = info_[index];
  if (!value.IsString()) return WrongType(name, "a string", value);
  *out = value.As<Napi::String>().Utf8Value();
  if (out->find('\0') != std::string::npos) {
    return OutOfRange(name, "a string without NUL bytes", value);
  }
  return true;
}

Napi::Value Arguments::Result(int64_t result) const {
  return Napi::Number::New(env_, static_cast<double>(result));
}

}  // namespace edgeloop
