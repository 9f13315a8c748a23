// Plays inputs of the fuzz target without a fuzzer, on any machine, and prints what every way to
// skip runs made of them: the vector versions must come to the same as each other's and the
// portable one, test/http/vectors.test.ts. Arguments are files.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "http/chunks.h"
#include "http/head_scanner.h"
#include "http/runs.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

using namespace edgeloop;

namespace {

using Bytes = std::vector<uint8_t>;

// As much as it has to say: what comes out differently anywhere comes out as another number.
class Digest {
 public:
  void Add(uint64_t number) {
    for (int i = 0; i < 8; i++, number >>= 8) hash_ = (hash_ ^ (number & 0xff)) * 0x100000001b3;
  }
  void Add(Range range) {
    Add(range.begin);
    Add(range.length);
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325;
};

// A copy of its own, so that what is read beyond it shows under a sanitizer.
struct Copy {
  explicit Copy(const Bytes& from) : size(from.size()), bytes(new uint8_t[from.size() + 1]) {
    std::memcpy(bytes.get(), from.data(), size);
  }
  size_t size;
  std::unique_ptr<uint8_t[]> bytes;
};

template <typename Runs>
void Read(const Bytes& input, Digest* digest) {
  const Copy copy(input);
  HeadLimits limits;
  std::vector<Field> fields(limits.fields);
  HeadScanner scanner;
  const HeadScanner::Result result =
      scanner.Scan<Runs>(copy.bytes.get(), copy.size, limits, fields.data());
  digest->Add(static_cast<uint64_t>(result));
  digest->Add(static_cast<uint64_t>(scanner.refusal()));
  if (result != HeadScanner::Result::kComplete) return;
  const Head head = scanner.head();
  for (uint64_t fact : {uint64_t{head.length}, static_cast<uint64_t>(head.flags),
                        static_cast<uint64_t>(head.content_length)}) {
    digest->Add(fact);
  }
  digest->Add(head.method);
  digest->Add(head.target);
  for (uint32_t i = 0; i < head.field_count; i++) {
    digest->Add(fields[i].name);
    digest->Add(fields[i].value);
  }
}

// The input, and the input with each of its bytes replaced by those that mean something.
template <typename Runs>
uint64_t ReadAll(const Bytes& input) {
  static const uint8_t odd[] = {0,   '\t', '\n', '\r', 0x1f, ' ',  '!',
                                ':', 'a',  '~',  0x7f, 0x80, 0xa0, 0xff};
  Digest digest;
  Read<Runs>(input, &digest);
  Bytes other = input;
  for (size_t i = 0; i < input.size(); i++) {
    for (uint8_t byte : odd) {
      other[i] = byte;
      Read<Runs>(other, &digest);
    }
    other[i] = input[i];
  }
  return digest.value();
}

// Runs of every length up to three vectors, each with every byte at every place.
template <typename Runs>
uint64_t Skip() {
  Digest digest;
  for (size_t size = 0; size <= 48; size++) {
    Bytes run(size, 'a');
    for (size_t at = 0; at < size; at++) {
      for (int byte = 0; byte < 256; byte++) {
        run[at] = static_cast<uint8_t>(byte);
        digest.Add(static_cast<uint64_t>(Runs::Value(run.data(), run.data() + size) - run.data()));
        digest.Add(static_cast<uint64_t>(Runs::Target(run.data(), run.data() + size) - run.data()));
      }
      run[at] = 'a';
    }
  }
  return digest.value();
}

template <typename Runs>
void Print(const std::vector<Bytes>& inputs) {
  std::printf("%s", Runs::kName);
  std::printf(" %016llx", static_cast<unsigned long long>(Skip<Runs>()));
  for (const Bytes& input : inputs) {
    std::printf(" %016llx", static_cast<unsigned long long>(ReadAll<Runs>(input)));
  }
  std::printf("\n");
}

bool ReadFile(const char* name, Bytes* out) {
  std::FILE* file = std::fopen(name, "rb");
  if (file == nullptr) return false;
  for (int byte; (byte = std::fgetc(file)) != EOF;) out->push_back(static_cast<uint8_t>(byte));
  const bool whole = std::ferror(file) == 0;
  std::fclose(file);
  return whole;
}

}  // namespace

int main(int count, char** names) {
  std::vector<Bytes> inputs;
  for (int i = 1; i < count; i++) {
    Bytes bytes;
    if (!ReadFile(names[i], &bytes)) {
      std::fprintf(stderr, "can't read %s\n", names[i]);
      return 1;
    }
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    // The first byte is the fuzz target's own.
    if (!bytes.empty()) bytes.erase(bytes.begin());
    inputs.push_back(bytes);
  }
  Print<FastRuns>(inputs);
  Print<PortableRuns>(inputs);
  return 0;
}
