// Packet captures (pcap, pcapng), read by tshark: docs/recordings.md.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "transcript/file.h"

namespace understudy::tools {

// By its first bytes.
bool is_capture(std::string_view beginning);

// `key_log`: path of the TLS keys (SSLKEYLOGFILE); empty: none. The error is one line, without the capture's name.
tl::expected<transcript::Transcript, std::string> read_capture(const std::string& path,
                                                               const std::string& key_log);

}  // namespace understudy::tools
