# Embeds src/store/migrations/*.sql as one table, hm::store::embedded_migrations(), found by name.
file(GLOB HM_MIGRATIONS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/migrations/*.sql)
set(hm_migration_asm "")
set(hm_migration_rows "")
set(hm_migration_externs "")
set(hm_migration_index 0)
foreach(file ${HM_MIGRATIONS})
  get_filename_component(name ${file} NAME)
  set(symbol hm_migration_${hm_migration_index})
  string(APPEND hm_migration_asm
    "asm(\".section .rodata\\n.global ${symbol}\\n${symbol}:\\n.incbin \\\"${file}\\\"\\n\"\n"
    "    \".global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n")
  string(APPEND hm_migration_externs "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
  string(APPEND hm_migration_rows
    "      {\"${name}\", {${symbol}, static_cast<size_t>(${symbol}_end - ${symbol})}},\n")
  math(EXPR hm_migration_index "${hm_migration_index} + 1")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded/migrations.cc CONTENT
"#include \"store/migrations.h\"
@hm_migration_asm@@hm_migration_externs@
namespace hm::store {
std::vector<MigrationFile> embedded_migrations() {
  return {
@hm_migration_rows@  };
}
}  // namespace hm::store
" @ONLY)
add_library(embedded_migrations STATIC ${CMAKE_BINARY_DIR}/embedded/migrations.cc)
# ccache cannot see through .incbin, so the object must be rebuilt whenever a file is newer.
set_source_files_properties(${CMAKE_BINARY_DIR}/embedded/migrations.cc PROPERTIES OBJECT_DEPENDS "${HM_MIGRATIONS}")
set_target_properties(embedded_migrations PROPERTIES CXX_COMPILER_LAUNCHER "")
target_link_libraries(embedded_migrations PUBLIC hm_deps)
