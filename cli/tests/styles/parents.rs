/// The API of parents.
#[declarest::source(
    base_url = "https://{subdomain}.desk.example/api",
    params(
        // The name before the domain.
        subdomain: String,
        state: String = "active",
        region: Option<String>,
    ),
    auth = api_key(name = "Authorization", api_key = secret(token, prefix = "Token ")),
    resource_defaults(missing_rows = empty),
)]
pub mod parents {
    /// A row of `teams`.
    #[resource(name = teams, path = "/teams", data_selector = "$", paginator = header_link, primary_key = id)]
    #[derive(Debug, Clone)]
    pub struct Team {
        pub id: String,
        pub name: Option<String>,
    }

    /// A row of `members`.
    #[resource(
        name = members,
        path = "/teams/{resources.teams.id}/members",
        params(state_sent as "state" = "{state}", region_sent as "region" = "{region}"),
        data_selector = "members",
        paginator = cursor(
            cursor_path = "meta.next",
            cursor_param = "after",
            has_more_path = "meta.more",
            missing_flag = end,
        ),
        primary_key = (_teams_id, id),
        filter = members_kept,
        include_from_parent(id),
        map = members_completed,
    )]
    #[derive(Debug, Clone)]
    pub struct Member {
        pub id: i64,
        pub role: Option<String>,
        pub seats: Option<i64>,
        #[serde(skip)]
        pub city: Option<String>,
        #[column(skip)]
        pub address: Option<MemberAddress>,
    }

    /// The field `address`.
    #[nested]
    #[derive(Debug, Clone)]
    pub struct MemberAddress {
        pub city: Option<String>,
    }

    /// Whether a row is kept: `{{ record.role != 'guest' and record.seats > 0 }}`.
    pub fn members_kept(row: &Member) -> bool {
        row.role.as_ref().is_none_or(|value| *value != "guest") && row.seats.as_ref().is_some_and(|value| *value > 0)
    }

    /// Sets what the API does not send: `city`.
    pub fn members_completed(mut row: Member) -> Member {
        row.city = row.address.as_ref().and_then(|value| value.city.as_ref()).cloned();
        row
    }
}
