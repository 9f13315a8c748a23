#include "http/decoder.h"

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>

#include "http/runs.h"

namespace edgeloop {

namespace {

// Heads this far apart still share a page.
constexpr int32_t kPageGap = 128;
// What an entry needs beside its record: kHeadBegun or kRequestRefused may follow, and the plane's
// own two.
constexpr int32_t kRecordsPerStep = 5;

// Seconds since 1970, for the Date of answers. Good until 2106, as JavaScript reads it.
int32_t Second() {
  timespec now;
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return static_cast<int32_t>(static_cast<uint32_t>(now.tv_sec));
}

}  // namespace

HttpDecoder::HttpDecoder(Turner* turner, uint8_t* slab, size_t slab_bytes)
    : turner_(turner),
      slab_(slab),
      slab_bytes_(slab_bytes),
      heads_block_(kHeadNumbers * sizeof(int32_t)),
      heads_(reinterpret_cast<int32_t*>(heads_block_.data())) {}

HttpDecoder::~HttpDecoder() {
  for (size_t id = 0; id < connections_.size(); id++) Drop(&connections_[id]);
}

void HttpDecoder::Limit(int32_t group, const HeadLimits& limits) {
  size_t index = static_cast<size_t>(group);
  if (index >= limits_.size()) limits_.resize(index + 1);
  limits_[index] = limits;
}

const HeadLimits& HttpDecoder::LimitsOf(const Connection& connection) const {
  return limits_[static_cast<size_t>(connection.group)];
}

bool HttpDecoder::Open(int32_t id, int32_t group) {
  if (static_cast<size_t>(group) >= limits_.size()) return false;
  if (!connections_.Reserve(static_cast<size_t>(id) + 1)) return false;
  Drop(&connections_[id]);
  Connection fresh{};
  fresh.group = group;
  fresh.stage = Stage::kHead;
  connections_[id] = fresh;
  return true;
}

void HttpDecoder::Close(int32_t id) {
  Connection* connection = &connections_[id];
  Drop(connection);
  connection->stage = Stage::kDeaf;
}

void HttpDecoder::BeginTurn() {
  if (used_ == kFirstEntry) return;
  // Signed in JavaScript; it only has to differ from the turns before.
  heads_[0] = static_cast<int32_t>(static_cast<uint32_t>(heads_[0]) + 1);
  used_ = kFirstEntry;
  page_ = 0;
}

bool HttpDecoder::HasRoom(int32_t id, size_t* bytes) const {
  const Connection& connection = connections_[id];
  const Aside* aside = connection.aside;
  const HeadLimits& limits = LimitsOf(connection);
  *bytes = aside == nullptr ? 0 : aside->waits ? aside->size : limits.head_bytes;
  return RoomFor(limits);
}

bool HttpDecoder::Waits(int32_t id) const {
  const Aside* aside = connections_[id].aside;
  return aside != nullptr && aside->waits;
}

size_t HttpDecoder::Take(int32_t id, size_t begin, size_t end) {
  Connection* connection = &connections_[id];
  size_t used = begin;
  size_t at = begin;
  if (connection->aside != nullptr) {
    if (!connection->aside->waits) {
      at = TakeAside(id, connection, begin, end, &used);
    } else {
      // As if it had just been received; the plane receives nothing behind it in this turn.
      Aside* aside = connection->aside;
      connection->aside = nullptr;
      std::memcpy(slab_ + begin, aside->bytes, aside->size);
      end = begin + aside->size;
      std::free(aside->bytes);
      std::free(aside);
    }
  }
  // What lies in the slab stays there where something was told of it.
  bool told = false;
  while (at < end && connection->stage < Stage::kDone) {
    if (!RoomFor(LimitsOf(*connection))) {
      PutAside(id, connection, slab_ + at, end - at, nullptr);
      break;
    }
    told = true;
    switch (connection->stage) {
      case Stage::kHead: at = TakeHead(id, connection, at, end); break;
      case Stage::kLength: at = TakeLength(id, connection, at, end); break;
      default: at = TakeChunks(id, connection, at, end); break;
    }
  }
  // More than it said there would be.
  if (at < end && connection->stage == Stage::kDone) connection->stage = Stage::kDeaf;
  return told && used < end ? end : used;
}

bool HttpDecoder::PeerDone(int32_t id) const {
  return connections_[id].stage == Stage::kDone;
}

bool HttpDecoder::RoomFor(const HeadLimits& limits) const {
  return turner_->HasRoom(kRecordsPerStep) &&
         kHeadNumbers - used_ >= kEntryNumbers + 2 * static_cast<size_t>(limits.fields);
}

HeadScanner::Result HttpDecoder::Scan(HeadScanner* scanner, const uint8_t* head, size_t available,
                                      const HeadLimits& limits, Field* fields) {
  return portable_ ? scanner->Scan<PortableRuns>(head, available, limits, fields)
                   : scanner->Scan<FastRuns>(head, available, limits, fields);
}

// Goes on with a head of which the first part has been put aside. Once it is whole, it is laid into
// the slab behind what was received.
size_t HttpDecoder::TakeAside(int32_t id, Connection* connection, size_t at, size_t end,
                              size_t* used) {
  const HeadLimits& limits = LimitsOf(*connection);
  Aside* aside = connection->aside;
  size_t before = aside->size;
  size_t length = std::min<size_t>(end - at, limits.head_bytes - before);
  if (!aside->Append(slab_ + at, length)) {
    Refuse(id, connection, Refusal::kHeadTooLarge);
    return end;
  }
  HeadScanner::Result result =
      Scan(&aside->scanner, aside->bytes, aside->size, limits, aside->fields);
  if (result == HeadScanner::Result::kIncomplete) return end;
  if (result == HeadScanner::Result::kRefused) {
    size_t line = aside->scanner.line_length();
    std::memcpy(slab_ + end, aside->bytes, line);
    *used = end + line;
    Refuse(id, connection, aside->scanner.refusal(), end, line);
    return end;
  }
  const Head head = aside->scanner.head();
  std::memcpy(NextFields(), aside->fields, head.field_count * sizeof(Field));
  std::memcpy(slab_ + end, aside->bytes, head.length);
  Drop(connection);
  OnHead(id, connection, head, end);
  *used = end + head.length;
  return at + (head.length - before);
}

size_t HttpDecoder::TakeHead(int32_t id, Connection* connection, size_t at, size_t end) {
  // RFC 9112 section 2.2: empty lines in front of the request line are passed over.
  if (connection->after_cr || slab_[at] == '\r') {
    if (!connection->after_cr) at++;
    connection->after_cr = at == end;
    if (at == end) return end;
    if (slab_[at] != '\n') Refuse(id, connection, Refusal::kBareLineBreak);
    return at + 1;
  }
  const HeadLimits& limits = LimitsOf(*connection);
  HeadScanner scanner;
  switch (Scan(&scanner, slab_ + at, end - at, limits, NextFields())) {
    case HeadScanner::Result::kComplete:
      OnHead(id, connection, scanner.head(), at);
      return at + scanner.head().length;
    case HeadScanner::Result::kRefused:
      Refuse(id, connection, scanner.refusal(), at, scanner.line_length());
      return end;
    default:
      if (PutAside(id, connection, slab_ + at, end - at, &scanner)) {
        turner_->Push(kHeadBegun, id, 0, 0);
      }
      return end;
  }
}

void HttpDecoder::OnHead(int32_t id, Connection* connection, const Head& head, size_t begin) {
  bool chunked = (head.flags & kChunkedBody) != 0;
  if (!chunked && head.content_length > LimitsOf(*connection).body_bytes) {
    size_t line = head.target.begin + size_t{head.target.length} + sizeof(" HTTP/1.1") - 1;
    Refuse(id, connection, Refusal::kBodyTooLarge, begin, line);
    return;
  }
  if (used_ == kFirstEntry) heads_[1] = Second();
  int32_t index = static_cast<int32_t>(used_);
  int32_t first = static_cast<int32_t>(begin);
  int32_t last = first + static_cast<int32_t>(head.length);
  // The page goes on where this head lies close behind the last.
  auto* page = reinterpret_cast<HeadEntry*>(&heads_[page_]);
  if (page_ == 0 || first < page->page_end || first - page->page_end > kPageGap ||
      last - page->begin > kPageBytes) {
    page_ = index;
    page = reinterpret_cast<HeadEntry*>(&heads_[index]);
  }
  auto* entry = reinterpret_cast<HeadEntry*>(&heads_[index]);
  entry->begin = first;
  entry->length = static_cast<int32_t>(head.length);
  entry->page = page_;
  entry->flags = head.flags;
  entry->method_number = static_cast<int32_t>(head.method_number);
  entry->method = head.method;
  entry->target = head.target;
  entry->field_count = static_cast<int32_t>(head.field_count);
  entry->length_low = static_cast<int32_t>(head.content_length & 0xffffffff);
  entry->length_high = static_cast<int32_t>(head.content_length >> 32);
  page->page_end = last;
  used_ += kEntryNumbers + 2 * head.field_count;
  turner_->Push(kHead, id, index, head.flags);

  connection->keep_alive = (head.flags & kKeepAlive) != 0;
  if ((head.flags & kHasBody) == 0) {
    // Nothing is read behind a request that ends the connection.
    if (!connection->keep_alive) connection->stage = Stage::kDone;
  } else if (chunked) {
    connection->stage = Stage::kChunks;
    connection->chunks = Chunks{};
  } else {
    connection->stage = Stage::kLength;
    connection->left = head.content_length;
  }
}

size_t HttpDecoder::TakeLength(int32_t id, Connection* connection, size_t at, size_t end) {
  int64_t length = std::min<int64_t>(connection->left, static_cast<int64_t>(end - at));
  turner_->Push(kBody, id, static_cast<int32_t>(at), static_cast<int32_t>(length));
  connection->left -= length;
  if (connection->left == 0) EndBody(id, connection);
  return at + static_cast<size_t>(length);
}

size_t HttpDecoder::TakeChunks(int32_t id, Connection* connection, size_t at, size_t end) {
  const uint8_t* place = slab_ + at;
  size_t data = 0;
  switch (connection->chunks.Take(&place, slab_ + end, LimitsOf(*connection), &data)) {
    case Chunks::Result::kMore: return end;
    case Chunks::Result::kRefused: Refuse(id, connection, connection->chunks.refusal()); return end;
    case Chunks::Result::kEnd: EndBody(id, connection); break;
    case Chunks::Result::kData:
      turner_->Push(kBody, id, static_cast<int32_t>(place - slab_), static_cast<int32_t>(data));
      break;
  }
  return static_cast<size_t>(place - slab_) + data;
}

void HttpDecoder::EndBody(int32_t id, Connection* connection) {
  connection->stage = connection->keep_alive ? Stage::kHead : Stage::kDone;
  turner_->Push(kBodyEnd, id, 0, 0);
}

void HttpDecoder::Refuse(int32_t id, Connection* connection, Refusal refusal, size_t line,
                         size_t length) {
  Drop(connection);
  connection->stage = Stage::kDeaf;
  turner_->Push(kRequestRefused, id,
                static_cast<int32_t>(refusal) | static_cast<int32_t>(length << 8),
                static_cast<int32_t>(line));
}

// `scanner` has begun with the bytes; without one they wait for another turn.
bool HttpDecoder::PutAside(int32_t id, Connection* connection, const uint8_t* bytes, size_t length,
                           const HeadScanner* scanner) {
  size_t fields = scanner == nullptr ? 0 : LimitsOf(*connection).fields;
  void* memory = std::malloc(sizeof(Aside) + fields * sizeof(Field));
  auto* aside = memory == nullptr ? nullptr : new (memory) Aside{};
  connection->aside = aside;
  if (aside == nullptr || !aside->Append(bytes, length)) {
    Refuse(id, connection, Refusal::kHeadTooLarge);
    return false;
  }
  aside->waits = scanner == nullptr;
  if (scanner != nullptr) {
    aside->scanner = *scanner;
    std::memcpy(aside->fields, NextFields(), scanner->head().field_count * sizeof(Field));
  }
  return true;
}

bool HttpDecoder::Aside::Append(const uint8_t* data, size_t length) {
  if (size + length > capacity) {
    size_t wanted = std::max(size + length, capacity * 2);
    void* grown = std::realloc(bytes, wanted);
    if (grown == nullptr) return false;
    bytes = static_cast<uint8_t*>(grown);
    capacity = wanted;
  }
  std::memcpy(bytes + size, data, length);
  size += length;
  return true;
}

void HttpDecoder::Drop(Connection* connection) {
  if (connection->aside == nullptr) return;
  std::free(connection->aside->bytes);
  std::free(connection->aside);
  connection->aside = nullptr;
}

}  // namespace edgeloop
