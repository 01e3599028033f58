//! Puts parameters into an expression, and brings what is written in several ways into one.

use serde_json::Value as Json;

use super::Expr;

/// An expression with the values of `parameters` in it, simplified. `x.get('a', {})` is `x.a`, `a if a else b` is
/// `a or b`, and so is `a | default(b)`.
pub(crate) fn fold(expr: &Expr, parameters: &Json) -> Expr {
    let again = |expr: &Expr| Box::new(fold(expr, parameters));
    match expr {
        Expr::Name(name) if name == "parameters" || name == "options" => Expr::Const(parameters.clone()),
        Expr::Const(_) | Expr::Name(_) => expr.clone(),
        Expr::Get(of, key) => get(fold(of, parameters), fold(key, parameters)),
        Expr::Slice(of, start, end) => Expr::Slice(again(of), *start, *end),
        Expr::Call(of, args, named) => {
            let args: Vec<Expr> = args.iter().map(|arg| fold(arg, parameters)).collect();
            let named = named.iter().map(|(name, arg)| (name.clone(), fold(arg, parameters))).collect();
            call(fold(of, parameters), args, named)
        }
        Expr::Filter(of, name, args) => {
            filter(fold(of, parameters), name, args.iter().map(|arg| fold(arg, parameters)).collect())
        }
        Expr::Test(of, name, opposite) => Expr::Test(again(of), name.clone(), *opposite),
        Expr::Binary(sign, a, b) => binary(sign, fold(a, parameters), fold(b, parameters)),
        Expr::Compare(sign, a, b) => compare(sign, fold(a, parameters), fold(b, parameters)),
        Expr::Not(of) => match fold(of, parameters) {
            Expr::Const(value) => Expr::Const(falsy(&value).into()),
            Expr::Not(inner) if matches!(*inner, Expr::Not(_) | Expr::Compare(..) | Expr::Test(..)) => *inner,
            other => Expr::Not(Box::new(other)),
        },
        Expr::And(a, b) => match (fold(a, parameters), fold(b, parameters)) {
            (Expr::Const(value), other) => {
                if falsy(&value) {
                    Expr::Const(value)
                } else {
                    other
                }
            }
            (a, b) => Expr::And(Box::new(a), Box::new(b)),
        },
        Expr::Or(a, b) => or(fold(a, parameters), fold(b, parameters)),
        Expr::Cond(then, condition, other) => {
            let condition = fold(condition, parameters);
            let other = other.as_ref().map_or(Expr::Const(Json::Null), |other| fold(other, parameters));
            conditional(fold(then, parameters), condition, other)
        }
        Expr::List(items) => {
            let items: Vec<Expr> = items.iter().map(|item| fold(item, parameters)).collect();
            match items.iter().map(constant).collect::<Option<Vec<Json>>>() {
                Some(values) => Expr::Const(Json::Array(values)),
                None => Expr::List(items),
            }
        }
        Expr::Dict(entries) => {
            let entries: Vec<(Expr, Expr)> =
                entries.iter().map(|(key, value)| (fold(key, parameters), fold(value, parameters))).collect();
            let constants = entries.iter().map(|(key, value)| Some((key.as_text()?.to_owned(), constant(value)?)));
            match constants.collect::<Option<serde_json::Map<String, Json>>>() {
                Some(map) => Expr::Const(Json::Object(map)),
                None => Expr::Dict(entries),
            }
        }
    }
}

/// Whether it is a constant that Python takes for false: `''`, `{}`, `None`.
pub(crate) fn is_falsy(expr: &Expr) -> bool {
    matches!(expr, Expr::Const(value) if falsy(value))
}

fn falsy(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::Bool(true) => false,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
    }
}

fn constant(expr: &Expr) -> Option<Json> {
    match expr {
        Expr::Const(value) => Some(value.clone()),
        _ => None,
    }
}

fn get(of: Expr, key: Expr) -> Expr {
    // A key of an object that the configuration has as a text.
    if let (Expr::Call(function, args, _), Some(_)) = (&of, key.as_text())
        && matches!(&**function, Expr::Name(name) if name == "json_loads")
        && let [text] = args.as_slice()
    {
        return get(text.clone(), key);
    }
    if let Expr::Const(value) = &of {
        let found = match &key {
            Expr::Const(Json::String(key)) => value.get(key),
            Expr::Const(Json::Number(index)) => {
                index.as_u64().and_then(|index| value.get(usize::try_from(index).ok()?))
            }
            _ => return Expr::Get(Box::new(of), Box::new(key)),
        };
        // Methods of constants are called later.
        let is_method = matches!(value, Json::String(_)) || key.as_text().is_some_and(|key| key == "get");
        match found {
            Some(found) => return Expr::Const(found.clone()),
            None if !is_method => return Expr::Const(Json::Null),
            None => {}
        }
    }
    Expr::Get(Box::new(of), Box::new(key))
}

fn call(of: Expr, args: Vec<Expr>, named: Vec<(String, Expr)>) -> Expr {
    if let Expr::Get(owner, method) = &of {
        match (method.as_text(), args.as_slice()) {
            (Some("get"), [key]) => return get((**owner).clone(), key.clone()),
            (Some("get"), [key, default]) => {
                let found = get((**owner).clone(), key.clone());
                return if is_falsy(default) { found } else { or(found, default.clone()) };
            }
            (Some("strip"), []) if owner.as_text().is_some() => {
                return Expr::text(owner.as_text().unwrap_or_default().trim());
            }
            (Some("join"), [Expr::Const(Json::Array(items))]) => {
                if let Some(separator) = owner.as_text() {
                    return Expr::text(items.iter().map(plain).collect::<Vec<_>>().join(separator));
                }
            }
            _ => {}
        }
    }
    Expr::Call(Box::new(of), args, named)
}

fn filter(of: Expr, name: &str, args: Vec<Expr>) -> Expr {
    match (name, &of, args.as_slice()) {
        ("default" | "d", _, [default, ..]) => return or(of, default.clone()),
        ("string", Expr::Const(value), []) => return Expr::text(plain(value)),
        ("string" | "trim" | "safe", _, []) => return of,
        ("join", Expr::Const(Json::Array(items)), [separator]) => {
            if let Some(separator) = separator.as_text() {
                return Expr::text(items.iter().map(plain).collect::<Vec<_>>().join(separator));
            }
        }
        _ => {}
    }
    Expr::Filter(Box::new(of), name.to_owned(), args)
}

/// A constant as a text.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn binary(sign: &'static str, a: Expr, b: Expr) -> Expr {
    if let (Expr::Const(x), Expr::Const(y)) = (&a, &b) {
        match (sign, x, y) {
            ("~", ..) => return Expr::text(plain(x) + &plain(y)),
            ("+", Json::String(x), Json::String(y)) => return Expr::text(format!("{x}{y}")),
            ("+", Json::Array(x), Json::Array(y)) => return Expr::Const(x.iter().chain(y).cloned().collect()),
            _ => {}
        }
        if let (Some(x), Some(y)) = (x.as_i64(), y.as_i64()) {
            let result = match sign {
                "+" => x.checked_add(y),
                "-" => x.checked_sub(y),
                "*" => x.checked_mul(y),
                _ => None,
            };
            if let Some(result) = result {
                return Expr::Const(result.into());
            }
        }
    }
    Expr::Binary(sign, Box::new(a), Box::new(b))
}

fn compare(sign: &'static str, a: Expr, b: Expr) -> Expr {
    if let (Expr::Const(x), Expr::Const(y)) = (&a, &b) {
        let within = || match y {
            Json::Array(items) => Some(items.contains(x)),
            Json::String(text) => Some(text.contains(x.as_str()?)),
            Json::Object(entries) => Some(entries.contains_key(x.as_str()?)),
            _ => None,
        };
        let result = match sign {
            "==" => Some(x == y),
            "!=" => Some(x != y),
            "in" => within(),
            "not in" => within().map(|found| !found),
            _ => None,
        };
        if let Some(result) = result {
            return Expr::Const(result.into());
        }
    }
    Expr::Compare(sign, Box::new(a), Box::new(b))
}

fn or(a: Expr, b: Expr) -> Expr {
    match a {
        Expr::Const(value) => {
            if falsy(&value) {
                b
            } else {
                Expr::Const(value)
            }
        }
        a => Expr::Or(Box::new(a), Box::new(b)),
    }
}

fn conditional(then: Expr, condition: Expr, other: Expr) -> Expr {
    if let Expr::Const(value) = &condition {
        return if falsy(value) { other } else { then };
    }
    // `a if a else b`, and the ways to ask whether there is an `a`.
    let asked = match &condition {
        Expr::Test(of, test, opposite) if (test == "defined") != *opposite => (**of).clone(),
        Expr::Test(of, test, true) if test == "none" => (**of).clone(),
        Expr::Compare("in", key, of) => get((**of).clone(), (**key).clone()),
        Expr::Compare("!=", of, none) if is_falsy(none) => (**of).clone(),
        other => other.clone(),
    };
    if asked == then {
        return if is_falsy(&other) { then } else { or(then, other) };
    }
    if let Expr::Not(of) = &condition
        && **of == other
    {
        return or(other, then);
    }
    Expr::Cond(Box::new(then), Box::new(condition), Some(Box::new(other)))
}

#[cfg(test)]
mod tests {
    use super::super::{Part, Root, Step, path, template};
    use super::*;

    fn folded(text: &str) -> Expr {
        match template(text).as_deref() {
            Ok([Part::Expr(expr)]) => fold(expr, &serde_json::json!({"name": "items", "n": [1, 2]})),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn parameters_are_constants() {
        assert_eq!(folded("{{ parameters['name'] }}"), Expr::text("items"));
        assert_eq!(folded("{{ parameters.get('other', 'x') }}"), Expr::text("x"));
        assert_eq!(folded("{{ 'a' if parameters.name == 'items' else 'b' }}"), Expr::text("a"));
        assert_eq!(folded("{{ ','.join(parameters.n) }}"), Expr::text("1,2"));
    }

    #[test]
    fn one_way_of_several() {
        let expected = Some((Root::Response, vec![Step::Key("a".to_owned()), Step::Key("b".to_owned())]));
        for text in ["{{ response.a.b }}", "{{ response.get('a', {}).get('b') }}", "{{ (response['a'] or {}).b }}"] {
            assert_eq!(path(&folded(text)), expected, "{text}");
        }
        assert_eq!(path(&folded("{{ json_loads(response.a).get('b') }}")), expected);
        let or = folded("{{ config.a or 'x' }}");
        for text in
            ["{{ config.get('a', 'x') }}", "{{ config['a'] if config['a'] else 'x' }}", "{{ config.a | default('x') }}"]
        {
            assert_eq!(folded(text), or, "{text}");
        }
    }
}
