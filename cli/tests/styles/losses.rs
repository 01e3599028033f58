/// The API of losses.
#[declarest::source(
    base_url = "https://api.odd.example",
    resource_defaults(paginator = single_page, missing_rows = empty),
)]
pub mod losses {
    /// A row of `plain`.
    #[resource(name = plain, path = "/plain", data_selector = "items")]
    #[derive(Debug, Clone)]
    pub struct Plain {
        pub id: Option<i64>,
    }

    /// A row of `looped`.
    #[resource(
        name = looped,
        data_selector = "items",
        // TODO (line 22): a statement of Jinja: {% for part in config['parts'] %}/{{ part }}{% endfor %}
        path = todo,
    )]
    #[derive(Debug, Clone)]
    pub struct Looped {
        pub id: Option<i64>,
    }

    /// A row of `custom`.
    #[resource(
        name = custom,
        path = "/custom",
        data_selector = "$",
        // TODO (line 32): a secret that is written in the manifest: (a secret, not shown)
        auth = todo,
        // TODO (line 35): a class of its own: CustomRecordExtractor: CustomRecordExtractor
        // source_odd.components.Extractor
        todo,
        // TODO (line 39): a cursor that is computed: {{ response.last * 2 }}
        paginator = todo,
    )]
    #[derive(Debug, Clone)]
    pub struct Custom {
        pub id: Option<i64>,
    }

    /// A row of `children`.
    #[resource(name = children, path = "/{resources.custom_parents.id}/children", data_selector = "items")]
    #[derive(Debug, Clone)]
    pub struct Children {
        pub id: Option<i64>,
    }

    /// What other resources are read for: `custom_parents`.
    #[resource(
        name = custom_parents,
        selected = false,
        paginator = single_page,
        missing_rows = error,
        // TODO (line 55): a class of its own: CustomRetriever: CustomRetriever source_odd.components.Retriever
        path = todo,
    )]
    #[derive(Debug, Clone)]
    pub struct CustomParent {
        pub id: Option<i64>,
    }
}
