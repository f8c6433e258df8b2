// Files and firmware that the service gives to phones by itself: GET and HEAD below /files/ and /images/ (docs/files.md).
#pragma once

#include <string>
#include <string_view>

#include "reference/answer.h"
#include "reference/served_files.h"

namespace understudy::reference {

inline constexpr std::string_view files_prefix = "/files/", images_prefix = "/images/";
// The path of a request, without query, is one of those.
bool is_of_files(std::string_view path);

// 200, 401, 404 or 405; what is wrong is a sentence in the body.
HttpAnswer file_answer(const wpi::HttpRequest& request, std::string_view path, const ServedFiles& files,
                       bool close, std::string_view server);

// Where a sample is: "/files/samples/ringtone.wav".
std::string path_of_sample(std::string_view name);
// Where an image is that is made when it is asked for: "/images/OpenStage-60/V3-R5.13.0.img". Empty where a model or a version
// of that name cannot be.
std::string path_of_image(std::string_view model, std::string_view version);

}  // namespace understudy::reference
