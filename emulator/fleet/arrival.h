// What becomes of a file that a phone was to fetch: the same whoever fetches it. Not for others.
#pragma once

#include <string>

#include "fleet/downloads.h"
#include "fleet/file_store.h"
#include "net/download.h"

namespace understudy::fleet {

// How that file is to be fetched; no more of it than the model takes.
net::DownloadOrder order_of(const FilesWanted& wanted, const phone::File& file);

// Looks whether the phone's model can use what came, and keeps it. Firmware is left for the phone to look at.
phone::Download arrived(const FilesWanted& wanted, const phone::File& file, const net::Downloaded& downloaded,
                        FileStore& store);

// For the record: "LOGO logo.png from https://192.0.2.9:443/logo.png: ok, 1234 bytes, 34 ms"
std::string line_of(const phone::File& file, const net::DownloadOrder& order, const phone::Download& result,
                    const net::Downloaded& downloaded);

// A phone does not hold that file any more; both empty: none.
void forget_in(FileStore& store, const std::string& mac, const std::string& type, const std::string& name);

}  // namespace understudy::fleet
