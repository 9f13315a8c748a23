#pragma once

#include <cstdint>
#include <vector>

#include "http/chunks.h"
#include "http/head.h"
#include "http/head_scanner.h"
#include "multiplexer/growing_array.h"
#include "reactor/shared_block.h"
#include "reactor/turner.h"
#include "stream/decoder.h"

namespace edgeloop {

// What is told of an HTTP connection. lib/http/records.ts has the same numbers.
enum HttpRecordKind : int32_t {
  kHead = kDecodedKinds,           // socket, its place in the block of heads, flags
  kBody = kDecodedKinds + 1,       // socket, offset, length in the receive slab
  kBodyEnd = kDecodedKinds + 2,    // socket
  kHeadBegun = kDecodedKinds + 3,  // socket: the first part of a head has come, not the whole
  // socket, why (Refusal) and in the upper 24 bits the length of the request line, 0 where it has
  // not been read, its offset in the receive slab: nothing more is told of it
  kRequestRefused = kDecodedKinds + 4,
};
static_assert(kRequestRefused < kDecodedKinds + kMostDecodedKinds, "within the decoders' range");

// A head as JavaScript finds it in the block of heads; behind it its fields, two numbers each: a
// Range of the name and one of the value. lib/http/head.ts has the same places.
struct HeadEntry {
  int32_t begin;  // in the receive slab
  int32_t length;
  // Heads that lie close together are a page, of which JavaScript makes one string: the place of
  // the page's first head, which knows the page's end.
  int32_t page;
  int32_t page_end;
  int32_t flags;
  int32_t method_number;
  Range method;
  Range target;
  int32_t field_count;
  int32_t length_low;  // the Content-Length
  int32_t length_high;
};
static_assert(sizeof(HeadEntry) == 11 * sizeof(int32_t), "as in lib/http/head.ts");
static_assert(sizeof(Field) == 2 * sizeof(int32_t), "as in lib/http/head.ts");

// HTTP/1.1 on the stream plane: takes requests off each connection's bytes. A head is read where it
// was received; one that has not come whole is put aside until it has, within its limit. An idle
// connection holds no buffer.
class HttpDecoder : public Decoder {
 public:
  static constexpr size_t kHeadNumbers = 64 * 1024;
  // In front of the entries: the number of the turn, and when its first head came, in seconds since
  // 1970.
  static constexpr size_t kFirstEntry = 2;
  // Bytes from which a page takes no further head: what a string of JavaScript's keeps alive.
  static constexpr int32_t kPageBytes = 2048;

  // Reads `slab`, of `slab_bytes`, and tells `turner`.
  HttpDecoder(Turner* turner, uint8_t* slab, size_t slab_bytes);
  ~HttpDecoder() override;
  bool Valid() const { return heads_block_.data() != nullptr; }
  const SharedBlock& heads() const { return heads_block_; }

  // The limits of a group's connections; of those to come.
  void Limit(int32_t group, const HeadLimits& limits);
  // Read byte by byte instead of sixteen at a time: for tests.
  void UsePortableRuns() { portable_ = true; }

  bool Open(int32_t id, int32_t group) override;
  void Close(int32_t id) override;
  void BeginTurn() override;
  bool HasRoom(int32_t id, size_t* bytes) const override;
  bool Waits(int32_t id) const override;
  size_t Take(int32_t id, size_t begin, size_t end) override;
  bool PeerDone(int32_t id) const override;

 private:
  enum class Stage : uint8_t {
    kHead,
    kLength,
    kChunks,
    kDone,  // the client's last request has come whole: it was to be the last
    kDeaf,  // nothing that still comes is a request
  };

  // Bytes put aside: the first part of a head, or what waits for room. On the heap, one allocation
  // for itself and the fields.
  struct Aside {
    HeadScanner scanner;
    uint8_t* bytes;
    size_t size;
    size_t capacity;
    bool waits;  // nothing has looked at them
    Field fields[1];

    bool Append(const uint8_t* data, size_t length);
  };

  struct Connection {
    Aside* aside;
    int64_t left;  // of a body whose length is known
    Chunks chunks;
    int32_t group;
    Stage stage;
    bool keep_alive;  // another request may follow the one under way
    bool after_cr;    // of an empty line in front of a request
  };

  const HeadLimits& LimitsOf(const Connection& connection) const;
  HeadScanner::Result Scan(HeadScanner* scanner, const uint8_t* head, size_t available,
                           const HeadLimits& limits, Field* fields);
  bool RoomFor(const HeadLimits& limits) const;
  // Each takes from `at` on and answers how far it came; `end` where that was all.
  size_t TakeAside(int32_t id, Connection* connection, size_t at, size_t end, size_t* used);
  size_t TakeHead(int32_t id, Connection* connection, size_t at, size_t end);
  size_t TakeLength(int32_t id, Connection* connection, size_t at, size_t end);
  size_t TakeChunks(int32_t id, Connection* connection, size_t at, size_t end);
  void OnHead(int32_t id, Connection* connection, const Head& head, size_t begin);
  void EndBody(int32_t id, Connection* connection);
  // `line`: the request line, in the slab, of `length`.
  void Refuse(int32_t id, Connection* connection, Refusal refusal, size_t line = 0,
              size_t length = 0);
  bool PutAside(int32_t id, Connection* connection, const uint8_t* bytes, size_t length,
                const HeadScanner* scanner);
  void Drop(Connection* connection);
  Field* NextFields() { return reinterpret_cast<Field*>(&heads_[used_ + kEntryNumbers]); }

  static constexpr size_t kEntryNumbers = sizeof(HeadEntry) / sizeof(int32_t);

  Turner* turner_;
  uint8_t* slab_;
  size_t slab_bytes_;
  SharedBlock heads_block_;
  int32_t* heads_;  // see kFirstEntry
  size_t used_ = kFirstEntry;
  int32_t page_ = 0;  // the page that may go on; 0: none
  bool portable_ = false;
  GrowingArray<Connection> connections_;
  std::vector<HeadLimits> limits_;
};

}  // namespace edgeloop
