# Turns files into string constants: understudy::<ROOM>::data::<file_name_with_underscores>, exact to the byte.
# Called by room() in the top CMakeLists.txt with ROOM, OUT and FILES.
set(code "#include <string_view>\nnamespace understudy::${ROOM}::data {\n")
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
endforeach()
string(APPEND code "}\n")
file(WRITE ${OUT} "${code}")
