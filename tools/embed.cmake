# Turns files into string constants: understudy::<ROOM>::data::<file_name_with_underscores>, exact to the byte, and all of them
# with their names into understudy::<ROOM>::data::files.
# Called by room() in the top CMakeLists.txt with ROOM, OUT and FILES.
set(all "")
set(code "#include <span>\n#include <string_view>\n#include <utility>\nnamespace understudy::${ROOM}::data {\n")
foreach(file ${FILES})
  get_filename_component(leaf ${file} NAME)
  string(REGEX REPLACE "[^A-Za-z0-9]" "_" id ${leaf})
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
  # Lines of 64 bytes: adjacent literals are joined by the compiler.
  string(REGEX REPLACE "((\\\\x..)(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?)" "\\1\"\n\"" bytes "${bytes}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(APPEND code "extern const std::string_view ${id};\nconst std::string_view ${id}{\n\"${bytes}\", ${size}};\n")
  string(APPEND all "{\"${leaf}\", ${id}},\n")
endforeach()
string(APPEND code "static const std::pair<std::string_view, std::string_view> all[] = {\n${all}};\n"
  "extern const std::span<const std::pair<std::string_view, std::string_view>> files;\n"
  "const std::span<const std::pair<std::string_view, std::string_view>> files(all);\n}\n")
file(WRITE ${OUT} "${code}")
