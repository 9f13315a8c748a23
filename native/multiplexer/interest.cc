#include "multiplexer/interest.h"

#include <string>

namespace edgeloop {

namespace {

struct Bit {
  uint32_t value;
  const char* name;
};

constexpr Bit kBits[] = {
    {EPOLLIN, "IN"},         {EPOLLPRI, "PRI"},         {EPOLLOUT, "OUT"},
    {EPOLLERR, "ERR"},       {EPOLLHUP, "HUP"},         {EPOLLRDHUP, "RDHUP"},
    {EPOLLET, "ET"},         {EPOLLONESHOT, "ONESHOT"}, {EPOLLEXCLUSIVE, "EXCLUSIVE"},
    {EPOLLWAKEUP, "WAKEUP"},
};

}  // namespace

bool ReadInterest(const Arguments& args, size_t index, const Multiplexer& multiplexer,
                  uint32_t* events) {
  if (!args.Mask(index, "events", events)) return false;
  uint32_t unknown = *events;
  for (const Bit& bit : kBits) unknown &= ~bit.value;
  if (unknown != 0) {
    return args.OutOfRange(
        "events", "made of IN, PRI, OUT, ERR, HUP, RDHUP, ET, ONESHOT, EXCLUSIVE and WAKEUP",
        args[index]);
  }
  uint32_t missing = *events & ~multiplexer.supports().events;
  if (missing == 0) return true;
  std::string message = std::string(multiplexer.name()) + "(2) knows no";
  for (const Bit& bit : kBits) {
    if ((missing & bit.value) != 0) message += std::string(" ") + bit.name;
  }
  napi_throw_error(args.env(), "ERR_UNSUPPORTED", message.c_str());
  return false;
}

}  // namespace edgeloop
