#include "answer.h"

#include <ctime>
#include <utility>

namespace floor_server {

size_t HeadEnds::Count(const char* data, size_t length) {
  size_t heads = 0;
  uint8_t seen = seen_;
  for (size_t at = 0; at < length; at += 1) {
    if (data[at] == (seen % 2 == 0 ? '\r' : '\n'))
      seen += 1;
    else
      seen = data[at] == '\r' ? 1 : 0;
    if (seen < 4) continue;
    heads += 1;
    seen = 0;
  }
  seen_ = seen;
  return heads;
}

Page::Page(std::string fields, std::string body)
    : fields_(std::move(fields)), body_(std::move(body)) {}

void Page::Refresh() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec == second_) return;
  second_ = now.tv_sec;
  tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char date[64];
  const size_t length = std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  one_ = "HTTP/1.1 200 OK\r\n" + fields_ + "Content-Length: " + std::to_string(body_.size()) +
         "\r\nDate: " + std::string(date, length) + "\r\n\r\n" + body_;
  many_.clear();
  repeated_ = 0;
}

Bytes Page::Repeated(size_t count) {
  Refresh();
  for (; repeated_ < count; repeated_ += 1) many_ += one_;
  return {many_.data(), one_.size() * count};
}

}  // namespace floor_server
