#include "http_head.h"

#include <strings.h>

#include <algorithm>

namespace load {
namespace {

bool Same(std::string_view one, std::string_view other) {
  return one.size() == other.size() && strncasecmp(one.data(), other.data(), one.size()) == 0;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
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

Fault Malformed(std::string* story, std::string text) {
  *story = std::move(text);
  return Fault::kMalformed;
}

}  // namespace

Fault ReadHttpHead(std::string_view text, HttpHead* head, std::string* story) {
  if (text.substr(0, 7) != "HTTP/1." || text.size() < 14 || text[8] != ' ')
    return Malformed(story, "no status line, but \"" + std::string(text.substr(0, 16)) + "\"");
  if (text.substr(9, 3) != "200") {
    *story = "status " + std::string(text.substr(9, 3));
    return Fault::kStatus;
  }
  bool measured = false;
  // Every line behind the first one, but for the empty one at the end.
  for (size_t at = text.find("\r\n") + 2; at + 2 < text.size();) {
    const size_t end = text.find("\r\n", at);
    const std::string_view line = text.substr(at, end - at);
    at = end + 2;
    const size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = line.substr(0, colon);
    if (Same(name, "content-length")) {
      if (measured || !Decimal(Trimmed(line.substr(colon + 1)), &head->length))
        return Malformed(story, "no valid Content-Length");
      measured = true;
    } else if (Same(name, "transfer-encoding")) {
      if (head->chunked || !Same(Trimmed(line.substr(colon + 1)), "chunked"))
        return Malformed(story, "a Transfer-Encoding other than chunked");
      head->chunked = true;
    }
  }
  if (measured && head->chunked) return Malformed(story, "both Content-Length and chunked");
  if (!measured && !head->chunked) return Malformed(story, "no Content-Length, and not chunked");
  return Fault::kNone;
}

}  // namespace load
