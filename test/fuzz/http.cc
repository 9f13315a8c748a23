// libFuzzer target: what stands between a stranger's bytes and everything else. The first byte says
// how the rest is cut into pieces; read whole, in pieces and byte by byte, sixteen bytes at a time
// and one, it has to come to the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "http/chunks.h"
#include "http/head_scanner.h"
#include "http/runs.h"

using namespace edgeloop;

namespace {

struct HeadOutcome {
  HeadScanner::Result result;
  Refusal refusal;
  Head head;
  std::vector<Field> fields;
};

void Require(bool condition) {
  if (!condition) std::abort();
}

bool Same(Range a, Range b) {
  return a.begin == b.begin && a.length == b.length;
}

// Each piece makes the bytes move: what the scanner has seen is the same, but elsewhere.
template <typename Runs>
HeadOutcome ReadHead(const uint8_t* data, size_t size, size_t piece, const HeadLimits& limits) {
  HeadScanner scanner;
  std::vector<Field> fields(limits.fields);
  HeadScanner::Result result = HeadScanner::Result::kIncomplete;
  for (size_t end = 0; end < size && result == HeadScanner::Result::kIncomplete;) {
    end = std::min(size, end + piece);
    std::unique_ptr<uint8_t[]> copy(new uint8_t[end]);
    std::memcpy(copy.get(), data, end);
    result = scanner.Scan<Runs>(copy.get(), end, limits, fields.data());
  }
  fields.resize(scanner.head().field_count);
  return {result, scanner.refusal(), scanner.head(), fields};
}

void RequireSame(const HeadOutcome& a, const HeadOutcome& b) {
  Require(a.result == b.result && a.refusal == b.refusal);
  if (a.result != HeadScanner::Result::kComplete) return;
  Require(a.head.length == b.head.length && a.head.flags == b.head.flags);
  Require(a.head.content_length == b.head.content_length);
  Require(a.head.method_number == b.head.method_number && Same(a.head.method, b.head.method));
  Require(Same(a.head.target, b.head.target) && a.fields.size() == b.fields.size());
  for (size_t i = 0; i < a.fields.size(); i++) {
    Require(Same(a.fields[i].name, b.fields[i].name) && Same(a.fields[i].value, b.fields[i].value));
  }
}

// A head that was let through must not be read otherwise by a laxer parser.
void RequireStrict(const uint8_t* data, const HeadOutcome& outcome) {
  if (outcome.result != HeadScanner::Result::kComplete) return;
  const uint32_t length = outcome.head.length;
  Require(length >= 4 && std::memcmp(data + length - 4, "\r\n\r\n", 4) == 0);
  for (uint32_t i = 0; i < length; i++) {
    Require(data[i] != 0 && data[i] != 0x7f);
    if (data[i] == '\n') Require(i > 0 && data[i - 1] == '\r');
    if (data[i] == '\r') Require(i + 1 < length && data[i + 1] == '\n');
  }
  for (const Field& field : outcome.fields) {
    Require(field.name.length > 0 && data[field.name.begin + field.name.length] == ':');
    Require(data[field.name.begin - 1] == '\n');
    Require(static_cast<uint32_t>(field.value.begin) + field.value.length <= length - 4);
  }
}

struct BodyOutcome {
  std::string body;
  bool done = false;
  bool refused = false;
  size_t taken = 0;
};

BodyOutcome ReadChunks(const uint8_t* data, size_t size, size_t piece, const HeadLimits& limits) {
  BodyOutcome outcome;
  Chunks chunks;
  size_t begin = 0;
  while (begin < size) {
    size_t length = std::min(piece, size - begin);
    std::unique_ptr<uint8_t[]> copy(new uint8_t[length]);
    std::memcpy(copy.get(), data + begin, length);
    const uint8_t* at = copy.get();
    const uint8_t* end = at + length;
    for (bool goes_on = true; goes_on;) {
      size_t found = 0;
      switch (chunks.Take(&at, end, limits, &found)) {
        case Chunks::Result::kData:
          Require(found > 0 && found <= static_cast<size_t>(end - at));
          outcome.body.append(reinterpret_cast<const char*>(at), found);
          at += found;
          break;
        case Chunks::Result::kEnd:
          outcome.done = true;
          outcome.taken = begin + static_cast<size_t>(at - copy.get());
          return outcome;
        case Chunks::Result::kRefused: outcome.refused = true; return outcome;
        case Chunks::Result::kMore: goes_on = false; break;
      }
    }
    begin += length;
  }
  return outcome;
}

void RequireSame(const BodyOutcome& a, const BodyOutcome& b) {
  Require(a.body == b.body && a.done == b.done && a.refused == b.refused && a.taken == b.taken);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t piece = 1 + data[0] % 40;
  HeadLimits limits;
  limits.head_bytes = 1024;
  limits.fields = 1 + data[0] % 8;
  limits.body_bytes = 1 << 16;
  data++;
  size--;
  const HeadOutcome head = ReadHead<FastRuns>(data, size, size, limits);
  RequireStrict(data, head);
  RequireSame(head, ReadHead<PortableRuns>(data, size, size, limits));
  RequireSame(head, ReadHead<FastRuns>(data, size, piece, limits));
  RequireSame(head, ReadHead<PortableRuns>(data, size, 1, limits));

  // Behind a head its body; without one, all of it.
  size_t skip = head.result == HeadScanner::Result::kComplete ? head.head.length : 0;
  const BodyOutcome body = ReadChunks(data + skip, size - skip, size - skip + 1, limits);
  RequireSame(body, ReadChunks(data + skip, size - skip, piece, limits));
  RequireSame(body, ReadChunks(data + skip, size - skip, 1, limits));
  return 0;
}
