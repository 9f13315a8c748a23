#pragma once

#include <sys/socket.h>

#include <string>

namespace load {

// The address under load. Only this machine's own loopback addresses are ever made into one.
struct Target {
  sockaddr_storage address{};
  socklen_t length = 0;
  std::string text;
};

// Takes "127.0.0.1:8080" or "[::1]:8080". No names are looked up. Anything outside of 127.0.0.0/8
// and ::1 is refused: this program must not be able to put load on somebody else's machine.
bool ParseTarget(const std::string& text, Target* out, std::string* error);

}  // namespace load
