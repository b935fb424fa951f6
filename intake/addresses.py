"""Which addresses on the internet a server of ours may talk to on a stranger's behalf."""

from __future__ import annotations

import ipaddress

_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
"""All that IANA has handed out for global unicast; mapped, NAT64, local and multicast addresses lie outside of it."""

_DENIED_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier NAT, with the metadata service of Alibaba Cloud
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # the host of an Azure machine
            "169.254.0.0/16",  # link local, with most metadata services
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, with the metadata service of Oracle Cloud
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_DENIED_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, with Teredo
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which wraps any IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)


def is_public_address(address: str) -> bool:
    """Tell whether the numeric `address` belongs to the open internet (IANA special-purpose registries, 2026).

    `ipaddress.is_global` is not asked: it calls 192.0.0.192, 64:ff9b:1::/48 and multicast global in supported Pythons.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _DENIED_4)
    return parsed.scope_id is None and parsed in _UNICAST_6 and not any(parsed in network for network in _DENIED_6)
