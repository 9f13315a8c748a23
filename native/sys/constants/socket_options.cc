// getsockopt(2), socket(7), tcp(7), udp(7).

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include "sys/constants/constants.h"

// Newer than the oldest C library we build with. The numbers are the kernel's, the same on x64 and
// arm64.
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SOL_UDPLITE
#define SOL_UDPLITE 136
#endif
#ifndef SOL_SCTP
#define SOL_SCTP 132
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
#ifndef SOL_CAN_BASE
#define SOL_CAN_BASE 100
#endif
#ifndef SOL_BLUETOOTH
#define SOL_BLUETOOTH 274
#endif
#ifndef SOL_ALG
#define SOL_ALG 279
#endif
#ifndef SOL_TIPC
#define SOL_TIPC 271
#endif
#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#ifndef SOL_XDP
#define SOL_XDP 283
#endif
#ifndef SOL_MPTCP
#define SOL_MPTCP 284
#endif
#ifndef SOL_VSOCK
#define SOL_VSOCK 287
#endif
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
#ifndef SO_INCOMING_NAPI_ID
#define SO_INCOMING_NAPI_ID 56
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif
#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif
#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef SO_TXTIME
#define SO_TXTIME 61
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif
#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif
#ifndef SO_PREFER_BUSY_POLL
#define SO_PREFER_BUSY_POLL 69
#endif
#ifndef SO_BUSY_POLL_BUDGET
#define SO_BUSY_POLL_BUDGET 70
#endif
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif
#ifndef SO_RESERVE_MEM
#define SO_RESERVE_MEM 73
#endif
#ifndef SO_TXREHASH
#define SO_TXREHASH 74
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef TCP_REPAIR_WINDOW
#define TCP_REPAIR_WINDOW 29
#endif
#ifndef TCP_FASTOPEN_CONNECT
#define TCP_FASTOPEN_CONNECT 30
#endif
#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#ifndef TCP_MD5SIG_EXT
#define TCP_MD5SIG_EXT 32
#endif
#ifndef TCP_FASTOPEN_KEY
#define TCP_FASTOPEN_KEY 33
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif
#ifndef TCP_ZEROCOPY_RECEIVE
#define TCP_ZEROCOPY_RECEIVE 35
#endif
#ifndef TCP_INQ
#define TCP_INQ 36
#endif
#ifndef TCP_TX_DELAY
#define TCP_TX_DELAY 37
#endif
#ifndef UDP_NO_CHECK6_TX
#define UDP_NO_CHECK6_TX 101
#endif
#ifndef UDP_NO_CHECK6_RX
#define UDP_NO_CHECK6_RX 102
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace edgeloop::sys {

void ExportSocketOptionConstants(Napi::Env env, Napi::Object exports) {
  static constexpr Constant kTable[] = {
      // levels: getsockopt(2)
      {"SOL_SOCKET", SOL_SOCKET},
      {"SOL_IP", SOL_IP},
      {"SOL_IPV6", SOL_IPV6},
      {"SOL_TCP", SOL_TCP},
      {"SOL_UDP", SOL_UDP},
      {"SOL_UDPLITE", SOL_UDPLITE},
      {"SOL_ICMPV6", SOL_ICMPV6},
      {"SOL_RAW", SOL_RAW},
      {"SOL_SCTP", SOL_SCTP},
      {"SOL_PACKET", SOL_PACKET},
      {"SOL_NETLINK", SOL_NETLINK},
      {"SOL_CAN_BASE", SOL_CAN_BASE},
      {"SOL_BLUETOOTH", SOL_BLUETOOTH},
      {"SOL_ALG", SOL_ALG},
      {"SOL_TIPC", SOL_TIPC},
      {"SOL_TLS", SOL_TLS},
      {"SOL_XDP", SOL_XDP},
      {"SOL_MPTCP", SOL_MPTCP},
      {"SOL_VSOCK", SOL_VSOCK},
      // every socket: socket(7)
      {"SO_DEBUG", SO_DEBUG},
      {"SO_REUSEADDR", SO_REUSEADDR},
      {"SO_TYPE", SO_TYPE},
      {"SO_ERROR", SO_ERROR},
      {"SO_DONTROUTE", SO_DONTROUTE},
      {"SO_BROADCAST", SO_BROADCAST},
      {"SO_SNDBUF", SO_SNDBUF},
      {"SO_RCVBUF", SO_RCVBUF},
      {"SO_SNDBUFFORCE", SO_SNDBUFFORCE},
      {"SO_RCVBUFFORCE", SO_RCVBUFFORCE},
      {"SO_KEEPALIVE", SO_KEEPALIVE},
      {"SO_OOBINLINE", SO_OOBINLINE},
      {"SO_NO_CHECK", SO_NO_CHECK},
      {"SO_PRIORITY", SO_PRIORITY},
      {"SO_LINGER", SO_LINGER},
      {"SO_BSDCOMPAT", SO_BSDCOMPAT},
      {"SO_REUSEPORT", SO_REUSEPORT},
      {"SO_PASSCRED", SO_PASSCRED},
      {"SO_PEERCRED", SO_PEERCRED},
      {"SO_RCVLOWAT", SO_RCVLOWAT},
      {"SO_SNDLOWAT", SO_SNDLOWAT},
      {"SO_RCVTIMEO", SO_RCVTIMEO},
      {"SO_SNDTIMEO", SO_SNDTIMEO},
      {"SO_BINDTODEVICE", SO_BINDTODEVICE},
      {"SO_ATTACH_FILTER", SO_ATTACH_FILTER},
      {"SO_DETACH_FILTER", SO_DETACH_FILTER},
      {"SO_GET_FILTER", SO_GET_FILTER},
      {"SO_PEERNAME", SO_PEERNAME},
      {"SO_TIMESTAMP", SO_TIMESTAMP},
      {"SO_ACCEPTCONN", SO_ACCEPTCONN},
      {"SO_PEERSEC", SO_PEERSEC},
      {"SO_PASSSEC", SO_PASSSEC},
      {"SO_TIMESTAMPNS", SO_TIMESTAMPNS},
      {"SO_MARK", SO_MARK},
      {"SO_TIMESTAMPING", SO_TIMESTAMPING},
      {"SO_PROTOCOL", SO_PROTOCOL},
      {"SO_DOMAIN", SO_DOMAIN},
      {"SO_RXQ_OVFL", SO_RXQ_OVFL},
      {"SO_WIFI_STATUS", SO_WIFI_STATUS},
      {"SO_PEEK_OFF", SO_PEEK_OFF},
      {"SO_NOFCS", SO_NOFCS},
      {"SO_LOCK_FILTER", SO_LOCK_FILTER},
      {"SO_SELECT_ERR_QUEUE", SO_SELECT_ERR_QUEUE},
      {"SO_BUSY_POLL", SO_BUSY_POLL},
      {"SO_MAX_PACING_RATE", SO_MAX_PACING_RATE},
      {"SO_BPF_EXTENSIONS", SO_BPF_EXTENSIONS},
      {"SO_INCOMING_CPU", SO_INCOMING_CPU},
      {"SO_ATTACH_BPF", SO_ATTACH_BPF},
      {"SO_DETACH_BPF", SO_DETACH_BPF},
      {"SO_ATTACH_REUSEPORT_CBPF", SO_ATTACH_REUSEPORT_CBPF},
      {"SO_ATTACH_REUSEPORT_EBPF", SO_ATTACH_REUSEPORT_EBPF},
      {"SO_CNX_ADVICE", SO_CNX_ADVICE},
      {"SO_MEMINFO", SO_MEMINFO},
      {"SO_INCOMING_NAPI_ID", SO_INCOMING_NAPI_ID},
      {"SO_COOKIE", SO_COOKIE},
      {"SO_PEERGROUPS", SO_PEERGROUPS},
      {"SO_ZEROCOPY", SO_ZEROCOPY},
      {"SO_TXTIME", SO_TXTIME},
      {"SO_BINDTOIFINDEX", SO_BINDTOIFINDEX},
      {"SO_DETACH_REUSEPORT_BPF", SO_DETACH_REUSEPORT_BPF},
      {"SO_PREFER_BUSY_POLL", SO_PREFER_BUSY_POLL},
      {"SO_BUSY_POLL_BUDGET", SO_BUSY_POLL_BUDGET},
      {"SO_NETNS_COOKIE", SO_NETNS_COOKIE},
      {"SO_BUF_LOCK", SO_BUF_LOCK},
      {"SO_RESERVE_MEM", SO_RESERVE_MEM},
      {"SO_TXREHASH", SO_TXREHASH},
      {"SO_RCVMARK", SO_RCVMARK},
      {"SO_PASSPIDFD", SO_PASSPIDFD},
      {"SO_PEERPIDFD", SO_PEERPIDFD},
      // tcp(7)
      {"TCP_NODELAY", TCP_NODELAY},
      {"TCP_MAXSEG", TCP_MAXSEG},
      {"TCP_CORK", TCP_CORK},
      {"TCP_KEEPIDLE", TCP_KEEPIDLE},
      {"TCP_KEEPINTVL", TCP_KEEPINTVL},
      {"TCP_KEEPCNT", TCP_KEEPCNT},
      {"TCP_SYNCNT", TCP_SYNCNT},
      {"TCP_LINGER2", TCP_LINGER2},
      {"TCP_DEFER_ACCEPT", TCP_DEFER_ACCEPT},
      {"TCP_WINDOW_CLAMP", TCP_WINDOW_CLAMP},
      {"TCP_INFO", TCP_INFO},
      {"TCP_QUICKACK", TCP_QUICKACK},
      {"TCP_CONGESTION", TCP_CONGESTION},
      {"TCP_MD5SIG", TCP_MD5SIG},
      {"TCP_THIN_LINEAR_TIMEOUTS", TCP_THIN_LINEAR_TIMEOUTS},
      {"TCP_THIN_DUPACK", TCP_THIN_DUPACK},
      {"TCP_USER_TIMEOUT", TCP_USER_TIMEOUT},
      {"TCP_REPAIR", TCP_REPAIR},
      {"TCP_REPAIR_QUEUE", TCP_REPAIR_QUEUE},
      {"TCP_QUEUE_SEQ", TCP_QUEUE_SEQ},
      {"TCP_REPAIR_OPTIONS", TCP_REPAIR_OPTIONS},
      {"TCP_FASTOPEN", TCP_FASTOPEN},
      {"TCP_TIMESTAMP", TCP_TIMESTAMP},
      {"TCP_NOTSENT_LOWAT", TCP_NOTSENT_LOWAT},
      {"TCP_CC_INFO", TCP_CC_INFO},
      {"TCP_SAVE_SYN", TCP_SAVE_SYN},
      {"TCP_SAVED_SYN", TCP_SAVED_SYN},
      {"TCP_REPAIR_WINDOW", TCP_REPAIR_WINDOW},
      {"TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT},
      {"TCP_ULP", TCP_ULP},
      {"TCP_MD5SIG_EXT", TCP_MD5SIG_EXT},
      {"TCP_FASTOPEN_KEY", TCP_FASTOPEN_KEY},
      {"TCP_FASTOPEN_NO_COOKIE", TCP_FASTOPEN_NO_COOKIE},
      {"TCP_ZEROCOPY_RECEIVE", TCP_ZEROCOPY_RECEIVE},
      {"TCP_INQ", TCP_INQ},
      {"TCP_TX_DELAY", TCP_TX_DELAY},
      // the first byte of TCP_INFO: tcp(7)
      {"TCP_ESTABLISHED", TCP_ESTABLISHED},
      {"TCP_SYN_SENT", TCP_SYN_SENT},
      {"TCP_SYN_RECV", TCP_SYN_RECV},
      {"TCP_FIN_WAIT1", TCP_FIN_WAIT1},
      {"TCP_FIN_WAIT2", TCP_FIN_WAIT2},
      {"TCP_TIME_WAIT", TCP_TIME_WAIT},
      {"TCP_CLOSE", TCP_CLOSE},
      {"TCP_CLOSE_WAIT", TCP_CLOSE_WAIT},
      {"TCP_LAST_ACK", TCP_LAST_ACK},
      {"TCP_LISTEN", TCP_LISTEN},
      {"TCP_CLOSING", TCP_CLOSING},
      // udp(7)
      {"UDP_CORK", UDP_CORK},
      {"UDP_ENCAP", UDP_ENCAP},
      {"UDP_NO_CHECK6_TX", UDP_NO_CHECK6_TX},
      {"UDP_NO_CHECK6_RX", UDP_NO_CHECK6_RX},
      {"UDP_SEGMENT", UDP_SEGMENT},
      {"UDP_GRO", UDP_GRO},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
