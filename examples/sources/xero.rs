//! Xero: a refresh token that is replaced with each use, a tenant in a header, and pages by number.

/// [Xero's accounting](https://developer.xero.com/documentation/api/accounting): contacts and invoices of an organization.
///
/// The builder needs a `token_store`: each refresh token is valid once.
#[declarest::source(
    base_url = "https://api.xero.com/api.xro/2.0",
    params(tenant: String (env = "XERO_TENANT")),
    auth = oauth2_refresh_token(
        access_token_url = "https://identity.xero.com/connect/token",
        client_id = secret(xero_client_id),
        client_secret = secret(xero_client_secret),
        refresh_token = secret(xero_refresh_token),
        client_auth = header,
        rotating = true,
    ),
    headers("Xero-Tenant-Id" = "{tenant}"),
    rate_limit = "60/min",
    concurrency = 2,
    resource_defaults(
        rename_all = "PascalCase",
        paginator = page_number(limit_param = "pageSize", limit = 100, total_pages_path = "pagination.pageCount"),
    ),
)]
pub mod xero {
    /// A customer or a supplier.
    #[resource(
        name = contacts, path = "/Contacts", data_selector = "Contacts", primary_key = contact_id,
        params(order = "UpdatedDateUTC ASC"),
    )]
    #[derive(Debug)]
    pub struct Contact {
        /// Unique.
        #[serde(rename = "ContactID")]
        pub contact_id: String,
        /// What they are called.
        pub name: String,
        /// Where to write to.
        pub email_address: Option<String>,
        /// Whether something was bought from them.
        pub is_supplier: bool,
        /// Whether something was sold to them.
        pub is_customer: bool,
    }

    /// A bill, sent or received.
    #[resource(
        name = invoices, path = "/Invoices", data_selector = "Invoices", primary_key = invoice_id,
        params(order = "UpdatedDateUTC ASC"),
    )]
    #[derive(Debug)]
    pub struct Invoice {
        /// Unique.
        #[serde(rename = "InvoiceID")]
        pub invoice_id: String,
        /// `ACCREC`: sent; `ACCPAY`: received.
        pub r#type: String,
        /// As it is printed.
        pub invoice_number: Option<String>,
        /// `DRAFT`, `AUTHORISED`, `PAID`, …
        pub status: String,
        /// What is to be paid, to the last digit.
        pub total: declarest::Json,
        /// Three letters.
        pub currency_code: Option<String>,
    }
}
