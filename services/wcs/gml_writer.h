#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/metadata/description.h"
#include "coverage/subset/view.h"
#include "services/ows/xml_writer.h"
#include "services/wcs/grid.h"

namespace gyre::wcs {

/// Domain values -> the elements that descriptions and coverages share, written once so that both
/// say the same (OGC 09-146r2 GMLCOV 1.0, GML 3.2.1, GML 3.3 rgrid, SWE Common 2.0).

/// Declares every namespace below on the open element, with the schemas' addresses.
void write_namespaces(ows::XmlWriter& xml);

void write_bounded_by(ows::XmlWriter& xml, const Grid& grid);
/// @param id NCName the gml:ids are made from
void write_domain_set(ows::XmlWriter& xml, const Grid& grid, const std::string& id);
/// How tuples run over the grid: linear, the first grid axis fastest.
void write_coverage_function(ows::XmlWriter& xml, const Grid& grid);
/// The dates of time axes in ISO 8601 and the names of members, which numbers cannot say; what
/// SUBSET takes beside the axes (computed heights, valid times of several runs); of fields with
/// quality flags, which meanings QC takes. Nothing is written when there are none.
/// @param coverage one of the dataset's
/// @param fields indices into coverage.fields
void write_metadata(ows::XmlWriter& xml, const coverage::Dataset& dataset,
                    const coverage::Coverage& coverage, const std::vector<coverage::ViewAxis>& axes,
                    const std::vector<std::size_t>& fields);
/// @param fields indices into coverage.fields, in order
void write_range_type(ows::XmlWriter& xml, const coverage::Coverage& coverage,
                      const std::vector<std::size_t>& fields,
                      const coverage::Description* description, std::string_view language);

/// What stands for a missing sample in a tupleList of physical values: the field's nil code where
/// values are stored as they are; "NaN" where packing could make the code look like a value.
[[nodiscard]] std::string nil_text(const coverage::Field& field);

}  // namespace gyre::wcs
