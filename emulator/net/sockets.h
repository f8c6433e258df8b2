// All of Asio that net/ uses. Asio is included from here alone: it asks which allocation functions the
// standard library has before it includes any of it, so files with another order of headers would disagree on
// how memory is freed.
#pragma once

// clang-format off
#include <version>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
// clang-format on
