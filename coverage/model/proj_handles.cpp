#include "coverage/model/proj_handles.h"

namespace gyre::coverage::proj {
namespace {

std::shared_ptr<PJ_CONTEXT> make_context() {
  std::shared_ptr<PJ_CONTEXT> context(proj_context_create(), proj_context_destroy);
  proj_context_set_enable_network(context.get(), 0);
  proj_log_func(context.get(), nullptr, [](void*, int, const char*) {});
  return context;
}

}  // namespace

std::shared_ptr<PJ_CONTEXT> thread_context() {
  thread_local const std::shared_ptr<PJ_CONTEXT> context = make_context();
  return context;
}

Object horizontal_crs(PJ_CONTEXT* context, const std::string& definition) {
  std::string text = definition;
  if (text.find("+proj=") != std::string::npos && text.find("+type=crs") == std::string::npos) {
    text += " +type=crs";
  }
  Object object(proj_create(context, text.c_str()));
  if (!object) return nullptr;
  if (proj_get_type(object.get()) == PJ_TYPE_COMPOUND_CRS) {
    object.reset(proj_crs_get_sub_crs(context, object.get(), 0));
  }
  if (!object) return nullptr;
  switch (proj_get_type(object.get())) {
    case PJ_TYPE_GEOGRAPHIC_2D_CRS:
    case PJ_TYPE_PROJECTED_CRS:
    case PJ_TYPE_BOUND_CRS:
      return object;
    default:
      return nullptr;
  }
}

}  // namespace gyre::coverage::proj
