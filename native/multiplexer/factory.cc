#include "multiplexer/factory.h"

#include <cerrno>
#include <new>

#include "multiplexer/epoll.h"
#include "multiplexer/poll.h"
#include "multiplexer/select.h"

namespace edgeloop {

std::unique_ptr<Multiplexer> MakeMultiplexer(Backend backend, int* error) {
  if (backend == Backend::kEpoll) return Epoll::Make(error);
  std::unique_ptr<Multiplexer> made(backend == Backend::kSelect
                                        ? static_cast<Multiplexer*>(new (std::nothrow) Select)
                                        : static_cast<Multiplexer*>(new (std::nothrow) Poll));
  if (made == nullptr) *error = -ENOMEM;
  return made;
}

}  // namespace edgeloop
