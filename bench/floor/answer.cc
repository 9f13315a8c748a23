#include "answer.h"

#include <ctime>

namespace floor_server {

Bytes Echo::Answer(uint8_t*, const char* data, size_t length) {
  return {data, length};
}

void Hello::Refresh() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec == second_) return;
  second_ = now.tv_sec;
  tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char date[64];
  const size_t length = std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  one_ = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\nDate: " +
         std::string(date, length) + "\r\n\r\nHello, World!";
  many_.clear();
  repeated_ = 0;
}

Bytes Hello::Answer(uint8_t* state, const char* data, size_t length) {
  size_t heads = 0;
  uint8_t seen = *state;
  for (size_t at = 0; at < length; at += 1) {
    if (data[at] == (seen % 2 == 0 ? '\r' : '\n'))
      seen += 1;
    else
      seen = data[at] == '\r' ? 1 : 0;
    if (seen < 4) continue;
    heads += 1;
    seen = 0;
  }
  *state = seen;
  Refresh();
  for (; repeated_ < heads; repeated_ += 1) many_ += one_;
  return {many_.data(), one_.size() * heads};
}

}  // namespace floor_server
