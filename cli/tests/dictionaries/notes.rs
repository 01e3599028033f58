/// The API of notes.
#[declarest::source(
    base_url = "https://notes.example/api",
    auth = api_key(name = "Authorization", api_key = secret(token, prefix = "Token ")),
    resource_defaults(rename_all = "camelCase"),
)]
pub mod notes {
    /// A row of `notes`.
    // The dictionary has no `write_disposition`, and dlt appends: each run stores all rows again. `merge` (with a key)
    // or `replace` stores them once.
    // The dictionary's table is `all_notes`: here it is named as the resource.
    #[resource(
        name = notes,
        path = "/notes",
        params(limit = 50),
        data_selector = "notes[*]",
        paginator = cursor(cursor_path = "paging.next", cursor_param = "after"),
        write_disposition = append,
    )]
    #[derive(Debug, Clone)]
    pub struct Note {
        /// Unique identifier of a note.
        pub note_id: Option<declarest::Json>,
        /// what it says.
        pub text: Option<declarest::Json>,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}
