// edgeloop-ring-libuv: the ring of pipes on libuv's default loop, a uv_poll_t for each, in C++.

#include <uv.h>

#include <cstdio>
#include <vector>

#include "../ring.h"

namespace {

constexpr char kProgram[] = "edgeloop-ring-libuv";

void OnReadable(uv_poll_t* handle, int status, int) {
  const auto* slot = static_cast<const ring::Slot*>(handle->data);
  if (status == 0) slot->ring->OnReadable(slot->index);
  if (status != 0 || slot->ring->done()) uv_stop(handle->loop);
}

// 0 or libuv's error.
int Watch(uv_loop_t* loop, ring::Ring* ring, std::vector<ring::Slot>* slots,
          std::vector<uv_poll_t>* handles) {
  int error = -ring->Open();
  *slots = ring::SlotsOf(ring);
  handles->resize(slots->size());
  for (size_t index = 0; index < slots->size() && error == 0; index += 1) {
    uv_poll_t* handle = &(*handles)[index];
    error = uv_poll_init(loop, handle, ring->fds()[index]);
    handle->data = &(*slots)[index];
    if (error == 0) error = uv_poll_start(handle, UV_READABLE, OnReadable);
  }
  return error;
}

}  // namespace

int main(int argc, char** argv) {
  ring::Plan plan;
  if (!ring::ParsePlan(argc - 1, argv + 1, kProgram, &plan)) return 2;
  uv_loop_t* loop = uv_default_loop();
  ring::Ring ring(plan);
  std::vector<ring::Slot> slots;
  std::vector<uv_poll_t> handles;
  const int error = Watch(loop, &ring, &slots, &handles);
  if (error != 0) {
    std::fprintf(stderr, "%s: %s\n", kProgram, uv_strerror(error));
    return 1;
  }
  ring.Start();
  uv_run(loop, UV_RUN_DEFAULT);
  return ring.Report(kProgram);
}
