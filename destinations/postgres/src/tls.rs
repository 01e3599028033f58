//! TLS by rustls, in the modes of libpq.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Fault;

/// When TLS is used, and what of the server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// The authorities that may have signed the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roots {
    Unset,
    System,
    File(PathBuf),
}

/// What the client shows to the server: the files of its certificate and of the key to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl TlsMode {
    /// By libpq's name of it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// What a certificate must be.
#[derive(Debug)]
enum Check {
    /// Anything: the connection is encrypted, and nobody says to whom.
    Nothing,
    /// Signed by an authority, for whatever name.
    Authority(Arc<WebPkiServerVerifier>),
}

#[derive(Debug)]
struct Lenient {
    check: Check,
    provider: Arc<CryptoProvider>,
}

/// The connector of a mode.
pub(crate) fn connector(mode: TlsMode, roots: &Roots, identity: Option<&Identity>) -> Result<MakeRustlsConnect, Fault> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let failed = |error: rustls::Error| Fault::Config(format!("TLS cannot be set up: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(failed)?;
    // As libpq: with an authority at hand, `require` is `verify-ca`.
    let is_named = matches!(roots, Roots::File(_));
    let mode = if mode == TlsMode::Require && is_named { TlsMode::VerifyCa } else { mode };
    let lenient = |check| Arc::new(Lenient { check, provider: Arc::clone(&provider) });
    let builder = match mode {
        TlsMode::VerifyFull => builder.with_root_certificates(store(roots)?),
        TlsMode::VerifyCa => {
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store(roots)?), Arc::clone(&provider));
            let verifier = verifier.build().map_err(|error| Fault::Config(format!("TLS cannot be set up: {error}")))?;
            let verifier = lenient(Check::Authority(verifier));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        }
        _ => builder.dangerous().with_custom_certificate_verifier(lenient(Check::Nothing)),
    };
    let mut config = match identity {
        Some(identity) => {
            let (certificates, key) = identity.read()?;
            builder
                .with_client_auth_cert(certificates, key)
                .map_err(|error| Fault::Config(format!("`sslcert` and `sslkey` cannot be used together: {error}")))?
        }
        None => builder.with_no_client_auth(),
    };
    // For servers that begin with TLS at once.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

impl Identity {
    fn read(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Fault> {
        let certificates = certificates("sslcert", &self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| unusable("sslkey", &self.key, &error))?;
        Ok((certificates, key))
    }
}

/// The certificates of a file.
fn certificates(option: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(|error| unusable(option, path, &error))?;
    if certificates.is_empty() { Err(unusable(option, path, &"it has no certificate")) } else { Ok(certificates) }
}

fn unusable(option: &str, path: &Path, why: &dyn std::fmt::Display) -> Fault {
    Fault::Config(format!("`{option}`, `{}`, cannot be used: {why}", path.display()))
}

fn store(roots: &Roots) -> Result<RootCertStore, Fault> {
    let mut store = RootCertStore::empty();
    let Roots::File(path) = roots else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(store);
    };
    for certificate in certificates("sslrootcert", path)? {
        store.add(certificate).map_err(|error| unusable("sslrootcert", path, &error))?;
    }
    Ok(store)
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Check::Authority(verifier) = &self.check else { return Ok(ServerCertVerified::assertion()) };
        match verifier.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // The name is checked last.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
