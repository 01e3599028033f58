//! What declarest's attribute macro does, as a plain library.
