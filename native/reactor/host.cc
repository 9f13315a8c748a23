#include "reactor/host.h"

#include <new>

#include "sys/call.h"

namespace edgeloop {

namespace {

// A burst ends with whichever is spent first, and libuv has its go: timers stay within a few
// milliseconds of their time however much traffic there is.
constexpr int kBurstTurns = 64;
constexpr int64_t kBurstNs = 4'000'000;
// After a turn with no more records than this the next would most likely come up empty: libuv's own
// wait, which comes anyway, finds what there is.
constexpr int kFewRecords = 2;

}  // namespace

Host* Host::Make(uv_loop_t* loop, Turner* turner, Deliver deliver, void* context, int* error) {
  Host* host = new (std::nothrow) Host(loop, turner, deliver, context);
  if (host == nullptr) {
    *error = UV_ENOMEM;
    return nullptr;
  }
  *error = 0;
  if (host->watched_) {
    *error = uv_poll_init(loop, &host->poll_, turner->multiplexer().Fd());
    if (*error != 0) {
      delete host;
      return nullptr;
    }
  } else {
    uv_prepare_init(loop, &host->prepare_);  // never fails
  }
  host->main_handle()->data = host;
  uv_unref(host->main_handle());
  uv_idle_init(loop, &host->idle_);  // never fails
  host->idle_.data = host;
  uv_unref(reinterpret_cast<uv_handle_t*>(&host->idle_));
  uv_timer_init(loop, &host->timer_);  // never fails
  host->timer_.data = host;
  uv_unref(reinterpret_cast<uv_handle_t*>(&host->timer_));
  host->open_handles_ = 3;
  return host;
}

int Host::Start() {
  if (started_) return 0;
  int result = watched_ ? StartWatching() : StartLeading();
  if (result == 0) {
    started_ = true;
    Stir();
  }
  return result;
}

int Host::StartWatching() {
  return uv_poll_start(&poll_, UV_READABLE, OnReadable);
}

int Host::StartLeading() {
  int64_t token =
      turner_->Add(uv_backend_fd(loop_), EPOLLIN, false, PlaneKind::kNone, Turner::kOutside);
  if (token < 0) return static_cast<int>(token);
  return uv_prepare_start(&prepare_, OnPrepare);
}

void Host::Stop() {
  if (!started_) return;
  started_ = false;
  uv_idle_stop(&idle_);
  uv_timer_stop(&timer_);
  timer_due_ns_ = -1;
  if (watched_) {
    uv_poll_stop(&poll_);
  } else {
    uv_prepare_stop(&prepare_);
    turner_->Remove(uv_backend_fd(loop_));
  }
}

void Host::Reference(bool referenced) {
  if (referenced) {
    uv_ref(main_handle());
  } else {
    uv_unref(main_handle());
  }
}

void Host::Kick() {
  if (started_) uv_idle_start(&idle_, OnIdle);
}

void Host::Stir() {
  if (turner_->Pending()) Kick();
  Schedule();
}

// It is set anew only for something earlier: what has moved to a later time meanwhile is found out
// when it fires.
void Host::Schedule() {
  if (!started_ || !watched_) return;
  int64_t due_ns = turner_->DueNs();
  if (due_ns < 0 || (timer_due_ns_ >= 0 && timer_due_ns_ <= due_ns)) return;
  timer_due_ns_ = due_ns;
  int64_t left_ns = due_ns - MonotonicNs();
  uv_update_time(loop_);
  uv_timer_start(&timer_, OnTimer,
                 left_ns <= 0 ? 0 : static_cast<uint64_t>(left_ns / 1'000'000 + 1), 0);
}

void Host::Burst() {
  visits_++;
  int64_t begun = MonotonicNs();
  bool more = true;
  for (int turns = 0; turns < kBurstTurns; turns++) {
    int records = turner_->Turn(0);
    more = records > 0 && deliver_(context_, records) && started_;
    if (!more || turner_->outside_ready() || MonotonicNs() - begun > kBurstNs) break;
    if (records <= kFewRecords) {
      // What the last handlers have closed has to be told: a turn costs less than a visit of libuv.
      turner_->Flush();
      more = turner_->Pending();
      if (!more) break;
    }
  }
  if (!started_) return;
  // What the last handlers wrote leaves before libuv has its go.
  turner_->Flush();
  if (more || turner_->Pending()) {
    uv_idle_start(&idle_, OnIdle);
  } else {
    uv_idle_stop(&idle_);
  }
  Schedule();
}

// The waiting is done here, for libuv's own descriptors too, and goes on for as long as only the
// reactor's are ready: a visit of libuv between two messages would cost more than either.
void Host::Lead() {
  uv_idle_stop(&idle_);
  // With nothing to wait for but libuv's own descriptors, libuv waits for them itself.
  if (turner_->registered() == 0 && !turner_->Pending()) return;
  visits_++;
  int64_t idle_ns = -MonotonicNs() - static_cast<int64_t>(turner_->stats().wait_ns);
  for (int turns = 0; turns < kBurstTurns; turns++) {
    // Callbacks have taken their time since libuv last looked at the clock.
    uv_update_time(loop_);
    int timeout_ms = uv_backend_timeout(loop_);
    // A timer is due, or setImmediate() was called.
    if (timeout_ms == 0 && turns > 0) break;
    int64_t timeout_ns = timeout_ms < 0 ? -1 : static_cast<int64_t>(timeout_ms) * 1'000'000;
    int records = turner_->Turn(timeout_ns);
    bool more = records > 0 && deliver_(context_, records) && started_;
    if (!more || turner_->outside_ready() || turner_->registered() == 0) break;
    int64_t busy_ns = idle_ns + MonotonicNs() - static_cast<int64_t>(turner_->stats().wait_ns);
    if (busy_ns > kBurstNs) break;
  }
  if (!started_) return;
  turner_->Flush();
  // libuv looks at its own descriptors and timers now, without waiting.
  uv_update_time(loop_);
  uv_idle_start(&idle_, OnIdle);
}

void Host::OnReadable(uv_poll_t* handle, int, int) {
  Host* host = static_cast<Host*>(handle->data);
  // One burst in each round of libuv's: where the last one was not the end, they are made in the
  // idle phase.
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&host->idle_)) == 0) host->Burst();
}

void Host::OnPrepare(uv_prepare_t* handle) {
  static_cast<Host*>(handle->data)->Lead();
}

void Host::OnIdle(uv_idle_t* handle) {
  Host* host = static_cast<Host*>(handle->data);
  // Where the reactor leads, the idle handle is there only to keep libuv from waiting.
  if (host->watched_) host->Burst();
}

void Host::OnTimer(uv_timer_t* handle) {
  Host* host = static_cast<Host*>(handle->data);
  host->timer_due_ns_ = -1;
  host->Burst();
}

void Host::Dispose(void (*done)(void*), void* argument) {
  if (disposed_) return;
  Stop();
  disposed_ = true;
  done_ = done;
  done_argument_ = argument;
  uv_close(main_handle(), OnClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&idle_), OnClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), OnClosed);
}

void Host::OnClosed(uv_handle_t* handle) {
  Host* host = static_cast<Host*>(handle->data);
  if (--host->open_handles_ > 0) return;
  void (*done)(void*) = host->done_;
  void* argument = host->done_argument_;
  delete host;
  if (done != nullptr) done(argument);
}

}  // namespace edgeloop
