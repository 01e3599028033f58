//! Declare a REST API as annotated structs.
