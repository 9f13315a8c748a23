// socket(2), send(2), recv(2), shutdown(2), cmsg(3).

#include <netinet/in.h>
#include <sys/socket.h>

#include "sys/constants/constants.h"

// Newer than the oldest C library we build with. The numbers are the kernel's, the same on x64 and
// arm64.
#ifndef AF_XDP
#define AF_XDP 44
#endif
#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef AF_QIPCRTR
#define AF_QIPCRTR 42
#endif
#ifndef IPPROTO_BEETPH
#define IPPROTO_BEETPH 94
#endif
#ifndef IPPROTO_ETHERNET
#define IPPROTO_ETHERNET 143
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 0x03
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif
#ifndef SCM_WIFI_STATUS
#define SCM_WIFI_STATUS SO_WIFI_STATUS
#endif
#ifndef SCM_TXTIME
#define SCM_TXTIME SO_TXTIME
#endif

namespace edgeloop::sys {

void ExportNetworkConstants(Napi::Env env, Napi::Object exports) {
  static constexpr Constant kTable[] = {
      // address families: socket(2), address_families(7)
      {"AF_UNSPEC", AF_UNSPEC},
      {"AF_UNIX", AF_UNIX},
      {"AF_LOCAL", AF_LOCAL},
      {"AF_INET", AF_INET},
      {"AF_INET6", AF_INET6},
      {"AF_NETLINK", AF_NETLINK},
      {"AF_PACKET", AF_PACKET},
      {"AF_CAN", AF_CAN},
      {"AF_BLUETOOTH", AF_BLUETOOTH},
      {"AF_VSOCK", AF_VSOCK},
      {"AF_ALG", AF_ALG},
      {"AF_XDP", AF_XDP},
      {"AF_TIPC", AF_TIPC},
      {"AF_NFC", AF_NFC},
      {"AF_KCM", AF_KCM},
      {"AF_RDS", AF_RDS},
      {"AF_PPPOX", AF_PPPOX},
      {"AF_KEY", AF_KEY},
      {"AF_LLC", AF_LLC},
      {"AF_IB", AF_IB},
      {"AF_MPLS", AF_MPLS},
      {"AF_SMC", AF_SMC},
      {"AF_QIPCRTR", AF_QIPCRTR},
      {"AF_IEEE802154", AF_IEEE802154},
      {"AF_PHONET", AF_PHONET},
      {"AF_CAIF", AF_CAIF},
      {"AF_ISDN", AF_ISDN},
      {"AF_AX25", AF_AX25},
      {"AF_IPX", AF_IPX},
      {"AF_APPLETALK", AF_APPLETALK},
      {"AF_X25", AF_X25},
      // kinds of sockets and the flags beside them: socket(2)
      {"SOCK_STREAM", SOCK_STREAM},
      {"SOCK_DGRAM", SOCK_DGRAM},
      {"SOCK_SEQPACKET", SOCK_SEQPACKET},
      {"SOCK_RAW", SOCK_RAW},
      {"SOCK_RDM", SOCK_RDM},
      {"SOCK_DCCP", SOCK_DCCP},
      {"SOCK_NONBLOCK", SOCK_NONBLOCK},
      {"SOCK_CLOEXEC", SOCK_CLOEXEC},
      // protocols: protocols(5)
      {"IPPROTO_IP", IPPROTO_IP},
      {"IPPROTO_ICMP", IPPROTO_ICMP},
      {"IPPROTO_IGMP", IPPROTO_IGMP},
      {"IPPROTO_IPIP", IPPROTO_IPIP},
      {"IPPROTO_TCP", IPPROTO_TCP},
      {"IPPROTO_EGP", IPPROTO_EGP},
      {"IPPROTO_PUP", IPPROTO_PUP},
      {"IPPROTO_UDP", IPPROTO_UDP},
      {"IPPROTO_IDP", IPPROTO_IDP},
      {"IPPROTO_TP", IPPROTO_TP},
      {"IPPROTO_DCCP", IPPROTO_DCCP},
      {"IPPROTO_IPV6", IPPROTO_IPV6},
      {"IPPROTO_RSVP", IPPROTO_RSVP},
      {"IPPROTO_GRE", IPPROTO_GRE},
      {"IPPROTO_ESP", IPPROTO_ESP},
      {"IPPROTO_AH", IPPROTO_AH},
      {"IPPROTO_MTP", IPPROTO_MTP},
      {"IPPROTO_BEETPH", IPPROTO_BEETPH},
      {"IPPROTO_ENCAP", IPPROTO_ENCAP},
      {"IPPROTO_PIM", IPPROTO_PIM},
      {"IPPROTO_COMP", IPPROTO_COMP},
      {"IPPROTO_SCTP", IPPROTO_SCTP},
      {"IPPROTO_UDPLITE", IPPROTO_UDPLITE},
      {"IPPROTO_MPLS", IPPROTO_MPLS},
      {"IPPROTO_ETHERNET", IPPROTO_ETHERNET},
      {"IPPROTO_RAW", IPPROTO_RAW},
      {"IPPROTO_MPTCP", IPPROTO_MPTCP},
      {"IPPROTO_ICMPV6", IPPROTO_ICMPV6},
      {"IPPROTO_HOPOPTS", IPPROTO_HOPOPTS},
      {"IPPROTO_ROUTING", IPPROTO_ROUTING},
      {"IPPROTO_FRAGMENT", IPPROTO_FRAGMENT},
      {"IPPROTO_NONE", IPPROTO_NONE},
      {"IPPROTO_DSTOPTS", IPPROTO_DSTOPTS},
      {"IPPROTO_MH", IPPROTO_MH},
      // flags of one transfer: recv(2), send(2), recvmmsg(2)
      {"MSG_OOB", MSG_OOB},
      {"MSG_PEEK", MSG_PEEK},
      {"MSG_DONTROUTE", MSG_DONTROUTE},
      {"MSG_CTRUNC", MSG_CTRUNC},
      {"MSG_TRUNC", MSG_TRUNC},
      {"MSG_DONTWAIT", MSG_DONTWAIT},
      {"MSG_EOR", MSG_EOR},
      {"MSG_WAITALL", MSG_WAITALL},
      {"MSG_CONFIRM", MSG_CONFIRM},
      {"MSG_ERRQUEUE", MSG_ERRQUEUE},
      {"MSG_NOSIGNAL", MSG_NOSIGNAL},
      {"MSG_MORE", MSG_MORE},
      {"MSG_WAITFORONE", MSG_WAITFORONE},
      {"MSG_BATCH", MSG_BATCH},
      {"MSG_ZEROCOPY", MSG_ZEROCOPY},
      {"MSG_FASTOPEN", MSG_FASTOPEN},
      {"MSG_CMSG_CLOEXEC", MSG_CMSG_CLOEXEC},
      // control data: unix(7), cmsg(3)
      {"SCM_RIGHTS", SCM_RIGHTS},
      {"SCM_CREDENTIALS", SCM_CREDENTIALS},
      {"SCM_SECURITY", SCM_SECURITY},
      {"SCM_PIDFD", SCM_PIDFD},
      {"SCM_TIMESTAMP", SCM_TIMESTAMP},
      {"SCM_TIMESTAMPNS", SCM_TIMESTAMPNS},
      {"SCM_TIMESTAMPING", SCM_TIMESTAMPING},
      {"SCM_WIFI_STATUS", SCM_WIFI_STATUS},
      {"SCM_TXTIME", SCM_TXTIME},
      // shutdown(2), listen(2)
      {"SHUT_RD", SHUT_RD},
      {"SHUT_WR", SHUT_WR},
      {"SHUT_RDWR", SHUT_RDWR},
      {"SOMAXCONN", SOMAXCONN},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
