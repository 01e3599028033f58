//! Certificates and keys in PEM (RFC 7468).

use reqwest::{Certificate, Identity};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{Error, ErrorKind, Result};

/// The certificates of authorities.
pub(crate) fn root_certificates(pem: &[u8]) -> Result<Vec<Certificate>> {
    let refuse = |why: String| {
        Error::new(ErrorKind::Config, format!("`root_certificate` is not usable: {why}"))
            .with_help("give it the authority's certificate as PEM: `-----BEGIN CERTIFICATE-----` and what follows")
    };
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let number = certificates.len() + 1;
        let certificate = certificate.map_err(|_| refuse(format!("certificate {number} is broken")))?;
        // The HTTP client would leave out a certificate that it cannot read.
        let readable = RootCertStore::empty().add(certificate.clone());
        readable.map_err(|error| refuse(format!("certificate {number} cannot be read: {error}")))?;
        let certificate = Certificate::from_der(&certificate);
        certificates
            .push(certificate.map_err(|error| refuse(format!("certificate {number} cannot be read: {error}")))?);
    }
    if certificates.is_empty() { Err(refuse("it holds no certificate".to_owned())) } else { Ok(certificates) }
}

/// A client's certificate, those between it and its authority, and its key. No error quotes it.
pub(crate) fn identity(pem: &[u8]) -> Result<Identity> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    if certificates.map_err(|_| unusable_identity("its PEM is broken"))?.is_empty() {
        return Err(unusable_identity("it holds no certificate"));
    }
    if PrivateKeyDer::from_pem_slice(pem).is_err() {
        let is_encrypted = pem.windows(ENCRYPTED.len()).any(|window| window == ENCRYPTED);
        return Err(unusable_identity(if is_encrypted { "its key is encrypted" } else { "it holds no private key" }));
    }
    Identity::from_pem(pem).map_err(|_| unusable_identity("it holds more than certificates and a key"))
}

/// The heading of a key with a passphrase.
const ENCRYPTED: &[u8] = b"BEGIN ENCRYPTED PRIVATE KEY";

/// The error of a client certificate that cannot be used.
pub(crate) fn unusable_identity(why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`identity` is not usable: {why}"))
        .with_help("give it a certificate and its private key without passphrase, one after the other, as PEM")
}
