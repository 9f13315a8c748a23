#include "http/trial.h"

#include <cstring>
#include <memory>

#include "http/decoder.h"
#include "http/limits.h"
#include "multiplexer/factory.h"
#include "reactor/turner.h"
#include "sys/arguments.h"
#include "sys/lists.h"

namespace edgeloop {

namespace {

constexpr size_t kSlabBytes = 256 * 1024;
constexpr int32_t kConnection = 0;

// A decoder with a turner that waits for nothing, and what they told.
class Trial {
 public:
  Trial(Napi::Env env, const HeadLimits& limits, bool portable)
      : env_(env),
        slab_(kSlabBytes),
        turner_(MakeMultiplexer(Backend::kPoll, &error_)),
        decoder_(&turner_, slab_.data(), slab_.bytes()),
        told_(Napi::Array::New(env)) {
    if (!Valid()) return;
    decoder_.Limit(0, limits);
    if (portable) decoder_.UsePortableRuns();
    opened_ = decoder_.Open(kConnection, 0);
  }

  bool Valid() const { return slab_.data() != nullptr && turner_.Valid() && decoder_.Valid(); }
  bool opened() const { return opened_; }
  Napi::Array told() const { return told_; }

  // As if received at once; at most a quarter of the slab.
  void Feed(const uint8_t* bytes, size_t length) {
    BeginTurn();
    while (decoder_.Waits(kConnection)) {
      decoder_.Take(kConnection, 0, 0);
      Tell();
      BeginTurn();
    }
    if (length > 0) std::memcpy(slab_.data(), bytes, length);
    decoder_.Take(kConnection, 0, length);
    Tell();
  }

  void Finish() {
    while (decoder_.Waits(kConnection)) Feed(nullptr, 0);
  }

 private:
  void BeginTurn() {
    turner_.Turn(0);
    decoder_.BeginTurn();
    records_ = 0;
  }

  // The records of this turn, with copies of what they point to.
  void Tell() {
    const auto* records = reinterpret_cast<const Record*>(turner_.records_block().data());
    // Made while the turn is under way: its records are counted by the turner.
    for (; records_ < turner_.used(); records_++) {
      const Record& record = records[records_];
      Napi::Object out = Napi::Object::New(env_);
      out.Set("kind", record.kind);
      if (record.kind == kHead) TellHead(&out, record.a);
      if (record.kind == kBody) out.Set("data", Copy(record.a, record.b));
      if (record.kind == kRequestRefused) {
        out.Set("refusal", record.a & 0xff);
        out.Set("line", Copy(record.b, record.a >> 8));
      }
      told_.Set(told_.Length(), out);
    }
  }

  void TellHead(Napi::Object* out, int32_t index) {
    const auto* heads = reinterpret_cast<const int32_t*>(decoder_.heads().data());
    const auto* entry = reinterpret_cast<const HeadEntry*>(&heads[index]);
    const auto* page = reinterpret_cast<const HeadEntry*>(&heads[entry->page]);
    size_t numbers =
        sizeof(HeadEntry) / sizeof(int32_t) + 2 * static_cast<size_t>(entry->field_count);
    Napi::Int32Array copy = Napi::Int32Array::New(env_, numbers);
    std::memcpy(copy.Data(), entry, numbers * sizeof(int32_t));
    out->Set("entry", copy);
    out->Set("head", Copy(entry->begin, entry->length));
    out->Set("inPage",
             page->begin <= entry->begin && entry->begin + entry->length <= page->page_end);
  }

  Napi::Buffer<uint8_t> Copy(int32_t offset, int32_t length) {
    return Napi::Buffer<uint8_t>::Copy(env_, slab_.data() + offset, static_cast<size_t>(length));
  }

  Napi::Env env_;
  int error_ = 0;
  SharedBlock slab_;
  Turner turner_;
  HttpDecoder decoder_;
  Napi::Array told_;
  int32_t records_ = 0;
  bool opened_ = false;
};

}  // namespace

Napi::Value TryDecoding(const Napi::CallbackInfo& info) {
  Arguments args(info);
  HeadLimits limits;
  sys::List pieces;
  if (!ReadLimits(args, 1, &limits)) return args.Failed();
  bool portable = args.Flag(4);
  if (!sys::ReadList(args, info[0], "pieces", "an array of Uint8Arrays", &pieces)) {
    return args.Failed();
  }
  auto trial = std::make_unique<Trial>(args.env(), limits, portable);
  if (!trial->Valid() || !trial->opened()) return args.Result(-ENOMEM);
  for (size_t i = 0; i < pieces.size(); i++) {
    Span<uint8_t> bytes;
    Napi::Value piece(args.env(), pieces[i]);
    if (!args.Bytes(piece, sys::ElementName("pieces", i).c_str(), &bytes)) return args.Failed();
    if (bytes.length > kSlabBytes / 4) {
      args.OutOfRange("pieces", "pieces of at most 64 KiB", piece);
      return args.Failed();
    }
    trial->Feed(bytes.data, bytes.length);
  }
  trial->Finish();
  return trial->told();
}

}  // namespace edgeloop
