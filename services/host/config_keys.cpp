#include "services/host/config_keys.h"

#include <array>

#include <fmt/format.h>

namespace gyre::host {
namespace {

using C = Configuration;
using coverage::DatasetOverlay;

constexpr double kMany = 1e15;

constexpr std::array kConfigurationKeys{
    Key<C>{"server.public_url",
           "The address clients use, when it is not the one nginx listens on:\n"
           "\"https://data.example.org/gyre\". Every link in every answer begins with it.",
           "", [](C& c) -> Slot { return &c.server.public_url; }},
    Key<C>{"server.names",
           "Without public_url: the host names (any port) that links may repeat from a request's\n"
           "Host header. Other Host headers are not believed; links then use the first name.",
           "", [](C& c) -> Slot { return &c.server.names; }},
    Key<C>{"server.trusted_proxies",
           "Addresses (or networks, 10.0.0.0/8) of proxies in front of nginx whose Forwarded and\n"
           "X-Forwarded-* headers are believed.",
           "", [](C& c) -> Slot { return &c.server.trusted_proxies; }},
    Key<C>{"server.socket", "Unix socket for FastCGI, where nginx's fastcgi_pass points.",
           "/run/gyre/gyre.socket", [](C& c) -> Slot { return &c.server.socket; }},
    Key<C>{"server.listen", "Or a TCP address for FastCGI: \"127.0.0.1:9000\".", "",
           [](C& c) -> Slot { return &c.server.listen; }},
    Key<C>{"server.threads", "Requests worked on at a time.", "",
           [](C& c) -> Slot { return &c.server.threads; }, 1, 4096},
    Key<C>{"executor.threads", "Threads that decode, draw and encode; 0: as many as cores.", "",
           [](C& c) -> Slot { return &c.executor_threads; }, 0, 1024},
    Key<C>{"services",
           "Which services run, in this order; empty: all that are installed.\n"
           "home is the landing page and /healthz.",
           "[home, wcs, wms]", [](C& c) -> Slot { return &c.services; }},
    Key<C>{"modules.path", "Folders with modules of third parties, beside the installed ones.",
           "[/usr/local/lib/gyre/modules]", [](C& c) -> Slot { return &c.module_paths; }},
    Key<C>{"archive.roots", "Folders (or single files) with data; --data adds to them.",
           "[/srv/data]", [](C& c) -> Slot { return &c.archive.roots; }},
    Key<C>{"archive.rescan_s", "Seconds between looks for new, changed and removed files.", "",
           [](C& c) -> Slot { return &c.archive.rescan_s; }, 0.1, 86400},
    Key<C>{"state.directory",
           "Where Gyre keeps what it makes (results being sent). Never within the data. Without:\n"
           "$STATE_DIRECTORY, else gyre below $XDG_STATE_HOME or ~/.local/state.",
           "/var/lib/gyre", [](C& c) -> Slot { return &c.state_directory; }},
    Key<C>{"log.level", "The least that is logged.", "", [](C& c) -> Slot { return &c.log_level; },
           0, 0, "debug info warning error"},
    Key<C>{"identity.title", "Title of the whole service.", "",
           [](C& c) -> Slot { return &c.identity.title; }},
    Key<C>{"identity.abstract", "What it offers, in a few sentences.", "",
           [](C& c) -> Slot { return &c.identity.abstract; }},
    Key<C>{"identity.keywords", "Keywords.", "[ocean, forecast]",
           [](C& c) -> Slot { return &c.identity.keywords; }},
    Key<C>{"identity.fees", "Fees, as the capabilities tell them.", "",
           [](C& c) -> Slot { return &c.identity.fees; }},
    Key<C>{"identity.access_constraints", "Constraints on access and use.", "",
           [](C& c) -> Slot { return &c.identity.access_constraints; }},
    Key<C>{"identity.provider_name", "Who provides the service.", "",
           [](C& c) -> Slot { return &c.identity.provider_name; }},
    Key<C>{"identity.provider_site", "The provider's web site.", "",
           [](C& c) -> Slot { return &c.identity.provider_site; }},
    Key<C>{"identity.contact_name", "Whom to ask.", "",
           [](C& c) -> Slot { return &c.identity.contact_name; }},
    Key<C>{"identity.contact_position", "Their position.", "",
           [](C& c) -> Slot { return &c.identity.contact_position; }},
    Key<C>{"identity.contact_email", "Their e-mail address.", "",
           [](C& c) -> Slot { return &c.identity.contact_email; }},
    Key<C>{"identity.contact_phone", "Their telephone number.", "",
           [](C& c) -> Slot { return &c.identity.contact_phone; }},
    Key<C>{"identity.contact_address", "Street and number.", "",
           [](C& c) -> Slot { return &c.identity.contact_address; }},
    Key<C>{"identity.contact_city", "City.", "",
           [](C& c) -> Slot { return &c.identity.contact_city; }},
    Key<C>{"identity.contact_region", "State, province or region.", "",
           [](C& c) -> Slot { return &c.identity.contact_region; }},
    Key<C>{"identity.contact_postcode", "Postal code.", "",
           [](C& c) -> Slot { return &c.identity.contact_postcode; }},
    Key<C>{"identity.contact_country", "Country.", "",
           [](C& c) -> Slot { return &c.identity.contact_country; }},
    Key<C>{"identity.languages",
           "Languages there are texts in (ISO 639-1 or 639-2), the default first. A request\n"
           "chooses by LANGUAGE, AcceptLanguages or its Accept-Language header.",
           "", [](C& c) -> Slot { return &c.identity.languages; }},
    Key<C>{"status.public", "Whether anybody may see /status and /status.json.", "",
           [](C& c) -> Slot { return &c.status.everybody; }},
    Key<C>{"status.networks",
           "From where they may be seen else: addresses or networks; [] from nowhere. Behind a\n"
           "proxy give server.trusted_proxies, which say whom they ask for (X-Forwarded-For).",
           "", [](C& c) -> Slot { return &c.status.networks; }},
    Key<C>{"limits.query_bytes", "Longer query strings are refused (414).", "",
           [](C& c) -> Slot { return &c.limits.query_bytes; }, 256, 1 << 24},
    Key<C>{"limits.body_bytes", "Longer request bodies are refused (413).", "",
           [](C& c) -> Slot { return &c.limits.body_bytes; }, 1024, 1 << 30},
    Key<C>{"limits.map_width", "Widest map, pixels.", "",
           [](C& c) -> Slot { return &c.limits.map_width; }, 1, 65535},
    Key<C>{"limits.map_height", "Highest map, pixels.", "",
           [](C& c) -> Slot { return &c.limits.map_height; }, 1, 65535},
    Key<C>{"limits.map_pixels", "Largest map, pixels.", "",
           [](C& c) -> Slot { return &c.limits.map_pixels; }, 1, kMany},
    Key<C>{"limits.map_layers", "Layers in one map.", "",
           [](C& c) -> Slot { return &c.limits.map_layers; }, 1, 1000},
    Key<C>{"limits.cells", "Samples (of all fields) in one coverage.", "",
           [](C& c) -> Slot { return &c.limits.cells; }, 1, kMany},
    Key<C>{"limits.info_samples", "Samples of one layer in a series at a point (GetFeatureInfo).",
           "", [](C& c) -> Slot { return &c.limits.info_samples; }, 1, 1'000'000},
    Key<C>{"limits.gml_cells", "Samples in one inline GML answer.", "",
           [](C& c) -> Slot { return &c.limits.gml_cells; }, 1, kMany},
    Key<C>{"limits.subsets", "Subsets in one request.", "",
           [](C& c) -> Slot { return &c.limits.subsets; }, 1, 1000},
    Key<C>{"limits.request_timeout_s", "Seconds one request may be worked on.", "",
           [](C& c) -> Slot { return &c.limits.request_timeout_s; }, 0.1, 86400},
    Key<C>{"wms.exception_status",
           "HTTP status of WMS exceptions: 200 (what clients know) or that of the error, 0.", "",
           [](C& c) -> Slot { return &c.wms_exception_status; }, 0, 599},
};

constexpr std::array kDatasetKeys{
    Key<DatasetOverlay>{"id", "The id to publish it under.", "sst",
                        [](DatasetOverlay& d) -> Slot { return &d.id; }},
    Key<DatasetOverlay>{"title", "Title: one text, or one for each language.",
                        "{en: Sea surface temperature, fr: Température de surface de la mer}",
                        [](DatasetOverlay& d) -> Slot { return &d.description.title; }},
    Key<DatasetOverlay>{"abstract", "Abstract, likewise.", "Daily analysis, 5 km.",
                        [](DatasetOverlay& d) -> Slot { return &d.description.abstract; }},
    Key<DatasetOverlay>{"keywords", "Keywords.", "[sea surface temperature]",
                        [](DatasetOverlay& d) -> Slot { return &d.description.keywords; }},
    Key<DatasetOverlay>{"licence", "Licence.", "CC-BY-4.0",
                        [](DatasetOverlay& d) -> Slot { return &d.description.licence; }},
    Key<DatasetOverlay>{"order", "Place in lists, lower first; datasets without come after.", "1",
                        [](DatasetOverlay& d) -> Slot { return &d.order; }, -1e9, 1e9},
    Key<DatasetOverlay>{"native_format", "Media type WCS answers by default.", "application/netcdf",
                        [](DatasetOverlay& d) -> Slot { return &d.native_format; }},
    Key<DatasetOverlay>{"hidden", "Not published at all.", "false",
                        [](DatasetOverlay& d) -> Slot { return &d.hidden; }},
};

constexpr std::array kFieldKeys{
    Key<FieldOverlay>{"name", "The name to publish it under.", "sst",
                      [](FieldOverlay& f) -> Slot { return &f.name; }},
    Key<FieldOverlay>{"title", "Title of one field.", "{en: Temperature}",
                      [](FieldOverlay& f) -> Slot { return &f.text.title; }},
    Key<FieldOverlay>{"abstract", "Abstract of one field.", "At 0.2 m, before sunrise.",
                      [](FieldOverlay& f) -> Slot { return &f.text.abstract; }},
};

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

std::span<const Key<Configuration>> configuration_keys() { return kConfigurationKeys; }
std::span<const Key<DatasetOverlay>> dataset_keys() { return kDatasetKeys; }
std::span<const Key<FieldOverlay>> field_keys() { return kFieldKeys; }

std::string expectation(const Slot& slot, double low, double high, std::string_view choices) {
  const auto range = [&] {
    return low == 0 && high == 0 ? std::string(", 0 or more")
                                 : fmt::format(" from {:.15g} to {:.15g}", low, high);
  };
  if (!choices.empty()) return fmt::format("one of {}", choices);
  return std::visit(Overloaded{
                        [](std::string*) { return std::string("a text"); },
                        [](std::optional<std::string>*) { return std::string("a text"); },
                        [](bool*) { return std::string("true or false"); },
                        [&](int*) { return "a whole number" + range(); },
                        [&](std::size_t*) { return "a whole number" + range(); },
                        [&](std::optional<long>*) { return "a whole number" + range(); },
                        [&](double*) { return "a number" + range(); },
                        [](std::vector<std::string>*) { return std::string("a list of texts"); },
                        [](coverage::LocalizedText*) {
                          return std::string("a text, or texts by language ({en: …, fr: …})");
                        },
                    },
                    slot);
}

}  // namespace gyre::host
