//! The name of the runtime in the manifest of the user's crate.

/// The name under which a manifest depends on the runtime, where that is not its own: `dc` of
/// `dc = { package = "declarest", … }`.
pub(crate) fn renamed(manifest: &str) -> Option<syn::Path> {
    let mut table = "";
    let mut renamed = None;
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            table = header.split(']').next().unwrap_or_default().trim();
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (unquoted(key), value.split('#').next().unwrap_or_default());
        // `[dependencies]` with `dc = { package = … }` or `dc.package = …`, or `[dependencies.dc]` with `package = …`.
        let (dependency, key) = if table.ends_with("dependencies") {
            key.split_once('.').unwrap_or((key, ""))
        } else if let Some((_, dependency)) = table.rsplit_once("dependencies.") {
            (unquoted(dependency), key)
        } else {
            continue;
        };
        let package = match key {
            "package" => Some(unquoted(value)),
            _ => value.split_once("package").and_then(|(_, value)| value.split('"').nth(1)),
        };
        match package {
            Some("declarest") if dependency != "declarest" => renamed = Some(dependency),
            // The name is the runtime's own, whatever else depends on it.
            None | Some("declarest") if dependency == "declarest" => return None,
            _ => {}
        }
    }
    let name = renamed?.replace('-', "_");
    syn::parse_str(&format!("::{name}")).ok()
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"')
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    #[test]
    fn names_in_manifests() {
        let found = |manifest: &str| renamed(manifest).map(|path| path.to_token_stream().to_string().replace(' ', ""));
        for (manifest, name) in [
            ("[dependencies]\ndeclarest = \"1\"", None),
            ("[dependencies]\ndc = { version = \"1\", package = \"declarest\" } # ours", Some("::dc")),
            ("[dev-dependencies]\nmy-api = {package=\"declarest\"}", Some("::my_api")),
            ("[dependencies.dc]\nversion = \"1\"\npackage = \"declarest\"", Some("::dc")),
            ("[target.'cfg(unix)'.dependencies]\ndc.package = \"declarest\"", Some("::dc")),
            ("[dependencies]\ndc = { package = \"declarest\" }\ndeclarest = { path = \"x\" }", None),
            ("[dependencies]\ndeclarest.workspace = true\n[dev-dependencies]\ndc = { package = \"declarest\" }", None),
            ("[package]\nname = \"declarest\"\n[dependencies]\nserde = \"1\"", None),
            ("[dependencies]\ndeclarest = { package = \"other\" }\ndc = { package = \"declarest\" }", Some("::dc")),
            ("[dependencies]\nx = \"package\"\n= [", None),
        ] {
            assert_eq!(found(manifest).as_deref(), name, "{manifest}");
        }
    }
}
