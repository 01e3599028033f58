//! The settings of every generated builder: methods that pass them on.

/// Implements the settings for a builder that wraps [`ClientBuilder`](super::ClientBuilder). The macro's `check` keeps
/// their names free of secrets and params.
#[doc(hidden)]
#[macro_export]
macro_rules! __client_settings {
    ($builder:ident) => {
        #[allow(dead_code, unreachable_pub)]
        impl $builder {
            /// Bounds each attempt at a request, from the connection to the last byte.
            ///
            /// Replaces every declared `timeout`, those of resources too.
            #[inline]
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// Bounds how long making a connection may take. Replaces the declared `connect_timeout`.
            #[inline]
            pub fn connect_timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.connect_timeout(timeout))
            }

            /// Sets the header `User-Agent` of all requests. Default: `declarest/` and its version.
            #[inline]
            pub fn user_agent(self, agent: impl ::core::convert::Into<$crate::__private::String>) -> Self {
                Self(self.0.user_agent(agent))
            }

            /// Adds a header to the requests to the API's origin and to those in `trust`; to no other.
            ///
            /// Replaces a declared header of this name. The value is treated as a secret: it is never shown.
            #[inline]
            pub fn header(
                self,
                name: impl ::core::convert::Into<$crate::__private::String>,
                value: impl ::core::convert::Into<$crate::SecretString>,
            ) -> Self {
                Self(self.0.header(name, value))
            }

            /// Sends all requests through a proxy: `http://host:port` or `http://user:password@host:port`.
            ///
            /// Default: the environment's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, which are then ignored.
            #[inline]
            pub fn proxy(self, url: impl ::core::convert::Into<$crate::__private::String>) -> Self {
                Self(self.0.proxy(url))
            }

            /// Trusts the certificates of an authority, given as PEM, besides those that the operating system trusts.
            #[inline]
            pub fn root_certificate(self, pem: impl ::core::convert::AsRef<[::core::primitive::u8]>) -> Self {
                Self(self.0.root_certificate(pem))
            }

            /// Presents a client certificate, given as PEM together with its key, to the API's origin and to those in
            /// `trust`.
            #[inline]
            pub fn identity(self, pem: impl ::core::convert::AsRef<[::core::primitive::u8]>) -> Self {
                Self(self.0.identity(pem))
            }

            /// Connects to this address for a host, without looking it up.
            ///
            /// The port is that of the URL; the address's own is used where the URL has none.
            #[inline]
            pub fn resolve(
                self,
                host: impl ::core::convert::Into<$crate::__private::String>,
                address: ::core::net::SocketAddr,
            ) -> Self {
                Self(self.0.resolve(host, address))
            }

            /// Sets when requests are repeated. Replaces every declared `retry`, those of resources too.
            #[inline]
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Sends at most this many requests in any such period. Replaces the source's `rate_limit`; those of
            /// resources hold besides.
            #[inline]
            pub fn rate_limit(self, requests: ::core::primitive::u32, per: ::core::time::Duration) -> Self {
                Self(self.0.rate_limit(requests, per))
            }

            /// Sets how many pages are in flight where a request does not. Replaces the declared `concurrency`.
            #[inline]
            pub fn concurrency(self, pages: ::core::primitive::usize) -> Self {
                Self(self.0.concurrency(pages))
            }

            /// Sends all requests with this client, which must not follow redirects itself: it is built with
            /// `.redirect(reqwest::redirect::Policy::none())`.
            ///
            /// How it connects and what it verifies is set on it alone, not by this builder.
            #[inline]
            pub fn http_client(self, client: $crate::reqwest::Client) -> Self {
                Self(self.0.http_client(client))
            }

            /// Keeps refresh tokens that the API replaces, between runs.
            ///
            /// It is needed where `oauth2_refresh_token(…)` has `rotating = true`: `declarest::auth::FileTokenStore`, or a
            /// `TokenStore` of the program's.
            #[inline]
            pub fn token_store(self, store: impl $crate::auth::TokenStore) -> Self {
                Self(self.0.token_store(store))
            }
        }
    };
}
