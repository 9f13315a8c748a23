#include "http.h"

#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace load {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr size_t kLongestHead = 64 * 1024;

std::string Where(const Conversation& conversation) {
  return "connection " + std::to_string(conversation.connection) + ", answer " +
         std::to_string(conversation.heard + 1) + ": ";
}

void Fail(Hearing* hearing, Fault fault, std::string story) {
  hearing->fault = fault;
  hearing->story = std::move(story);
}

// The value of a header, or false.
bool Header(std::string_view head, std::string_view name, std::string_view* value) {
  for (size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    const size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    const size_t begin = line.find_first_not_of(" \t", name.size() + 1);
    *value = begin == std::string_view::npos ? std::string_view() : line.substr(begin);
    return true;
  }
  return false;
}

bool Decimal(std::string_view text, size_t* out) {
  if (text.empty() || text.size() > 12) return false;
  size_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + static_cast<size_t>(digit - '0');
  }
  *out = value;
  return true;
}

}  // namespace

HttpExchange::HttpExchange(const std::string& host, int64_t expected_length)
    : request_("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), expected_length_(expected_length) {}

Saying HttpExchange::Say(Conversation* conversation, uint32_t count) {
  conversation->said += count;
  if (count != repeated_) {
    requests_.clear();
    for (uint32_t index = 0; index < count; index += 1) requests_ += request_;
    repeated_ = count;
  }
  return {requests_.data(), requests_.size()};
}

bool HttpExchange::Head(const Conversation& conversation, const char* data, size_t length,
                        size_t* body, Hearing* hearing) {
  const std::string_view head(data, length);
  if (head == known_head_) {
    *body = known_body_;
    return true;
  }
  if (head.substr(0, 7) != "HTTP/1." || head.size() < 12 || head[8] != ' ') {
    Fail(hearing, Fault::kMalformed,
         Where(conversation) + "no status line, but \"" + std::string(head.substr(0, 16)) + "\"");
    return false;
  }
  if (head.substr(9, 3) != "200") {
    Fail(hearing, Fault::kStatus, Where(conversation) + "status " + std::string(head.substr(9, 3)));
    return false;
  }
  std::string_view value;
  if (!Header(head.substr(0, head.size() - 2), "content-length", &value) || !Decimal(value, body)) {
    Fail(hearing, Fault::kMalformed, Where(conversation) + "no valid Content-Length");
    return false;
  }
  if (expected_length_ >= 0 && *body != static_cast<size_t>(expected_length_)) {
    Fail(hearing, Fault::kLength,
         Where(conversation) + "Content-Length " + std::to_string(*body) + ", not " +
             std::to_string(expected_length_));
    return false;
  }
  known_head_.assign(data, length);
  known_body_ = *body;
  return true;
}

void HttpExchange::Hear(Conversation* conversation, const char* data, size_t length,
                        Hearing* hearing) {
  std::string whole;
  if (!conversation->carried.empty()) {
    whole.swap(conversation->carried);
    whole.append(data, length);
    data = whole.data();
    length = whole.size();
  }
  while (length > 0 || conversation->in_body) {
    if (conversation->in_body) {
      const size_t part = std::min(length, conversation->progress);
      data += part;
      length -= part;
      conversation->progress -= part;
      if (conversation->progress > 0) return;
      conversation->in_body = false;
      conversation->heard += 1;
      hearing->answers += 1;
      continue;
    }
    if (conversation->heard == conversation->said) {
      Fail(hearing, Fault::kWrong,
           Where(*conversation) + std::to_string(length) + " bytes that nobody asked for");
      return;
    }
    const void* end = memmem(data, length, kHeadEnd.data(), kHeadEnd.size());
    if (end == nullptr) {
      if (length > kLongestHead)
        Fail(hearing, Fault::kMalformed, Where(*conversation) + "a head without an end");
      conversation->carried.assign(data, length);
      return;
    }
    const size_t head = static_cast<size_t>(static_cast<const char*>(end) - data) + kHeadEnd.size();
    if (!Head(*conversation, data, head, &conversation->progress, hearing)) return;
    conversation->in_body = true;
    data += head;
    length -= head;
  }
}

}  // namespace load
