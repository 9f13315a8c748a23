#pragma once

#include <node_api.h>
#include <uv.h>

#include <cstdint>

#include "reactor/turner.h"

namespace edgeloop {

// Embeds a Turner in the libuv loop of its environment: whoever has work leads.
//
// With a set that has a descriptor of its own (epoll) libuv waits while all is idle, watching that
// descriptor; woken by it, the reactor goes round turn after turn with a zero timeout, without
// entering libuv, until one comes up empty or its budget is spent. select and poll have nothing
// that libuv could watch: there the reactor waits, from libuv's prepare phase, with libuv's backend
// descriptor in its own set, for no longer than libuv would have waited, and goes round until libuv
// has something to do or its budget is spent.
//
// Lives on the heap, because its handles end only with a later round of the loop: Dispose() it.
class Host {
 public:
  // What is done with the records of a turn. False: JavaScript can't run any more.
  using Deliver = bool (*)(void* context, int records);

  // Null where libuv refuses; `error` is its code then. `turner` outlives the hosting (see Stop).
  static Host* Make(uv_loop_t* loop, Turner* turner, Deliver deliver, void* context, int* error);

  int Start();
  // Nothing is delivered after it; may be called from within a delivery.
  void Stop();
  // What keeps the process alive while it is started.
  void Reference(bool referenced);
  // Something may have come up that no descriptor announces.
  void Stir();
  // The turner has something to do that no descriptor announces.
  void Kick();
  // Stops, ends the handles and, once libuv has let go of them, deletes itself and calls `done`.
  // The turner is not used again, but must not be destroyed before this returns: libuv still
  // forgets its descriptor in here, and the number could have a new owner otherwise.
  void Dispose(void (*done)(void*), void* argument);

  bool started() const { return started_; }
  uint64_t visits() const { return visits_; }

 private:
  Host(uv_loop_t* loop, Turner* turner, Deliver deliver, void* context)
      : loop_(loop),
        turner_(turner),
        deliver_(deliver),
        context_(context),
        watched_(turner->multiplexer().Fd() >= 0) {}
  ~Host() = default;

  int StartWatching();
  int StartLeading();
  // Sets the timer for what a plane has to tell by then. Where the reactor leads, its own wait ends
  // in time.
  void Schedule();
  // Where libuv waits: turns with a zero timeout until one is empty or the budget is spent.
  void Burst();
  // Where the reactor waits: turns until libuv has something to do or the budget is spent.
  void Lead();
  uv_handle_t* main_handle() {
    return watched_ ? reinterpret_cast<uv_handle_t*>(&poll_)
                    : reinterpret_cast<uv_handle_t*>(&prepare_);
  }

  static void OnReadable(uv_poll_t* handle, int status, int events);
  static void OnPrepare(uv_prepare_t* handle);
  static void OnIdle(uv_idle_t* handle);
  static void OnTimer(uv_timer_t* handle);
  static void OnClosed(uv_handle_t* handle);

  uv_loop_t* loop_;
  Turner* turner_;
  Deliver deliver_;
  void* context_;
  const bool watched_;  // libuv watches the set; else the reactor leads
  // Either `poll_` or `prepare_` is in use; `idle_` keeps libuv from waiting.
  uv_poll_t poll_;
  uv_prepare_t prepare_;
  uv_idle_t idle_;
  uv_timer_t timer_;
  int64_t timer_due_ns_ = -1;  // what it is set for; -1 while it is not
  int open_handles_ = 0;
  bool started_ = false;
  bool disposed_ = false;
  uint64_t visits_ = 0;
  void (*done_)(void*) = nullptr;
  void* done_argument_ = nullptr;
};

}  // namespace edgeloop
