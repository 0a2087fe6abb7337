//! Just enough of Rust's lexer to leave out comments and literals.

/// A word, `::`, or one other character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

impl Token<'_> {
    pub fn is_word(&self) -> bool {
        self.text.starts_with(in_word)
    }
}

/// The tokens of a source; comments, texts, characters and white space left out.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while !rest.is_empty() {
        let (length, is_token) = next(rest);
        let (text, after) = rest.split_at(length);
        if is_token {
            found.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// How long the next piece is, and whether it is a token.
fn next(rest: &str) -> (usize, bool) {
    let first = rest.chars().next().unwrap_or_default();
    if rest.starts_with("//") {
        (rest.find('\n').unwrap_or(rest.len()), false)
    } else if rest.starts_with("/*") {
        (block_comment(rest), false)
    } else if let Some(length) = raw_text(rest) {
        (length, false)
    } else if first == '"' {
        (quoted(rest, '"'), false)
    } else if first == '\'' {
        character_or_lifetime(rest)
    } else if in_word(first) {
        (rest.find(|c| !in_word(c)).unwrap_or(rest.len()), true)
    } else if rest.starts_with("::") {
        (2, true)
    } else {
        (first.len_utf8(), !first.is_whitespace())
    }
}

fn in_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..) {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            match here.chars().next() {
                Some(c) => at += c.len_utf8(),
                None => break,
            }
        }
    }
    rest.len()
}

/// The length of `r"…"`, `br#"…"#` and the like, if one begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let body = body.strip_prefix('r')?;
    let hashes: String = body.chars().take_while(|c| *c == '#').collect();
    let text = body.strip_prefix(&hashes)?.strip_prefix('"')?;
    let end = text.find(&format!("\"{hashes}"));
    let behind = end.map_or(0, |end| text.len() - end - 1 - hashes.len());
    Some(rest.len() - behind)
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn character_or_lifetime(rest: &str) -> (usize, bool) {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) | (_, Some('\'')) => (quoted(rest, '\''), false),
        _ => (1, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_are_left_out() {
        for (source, left) in [
            ("a // b\nc", vec!["a", "c"]),
            ("a /* b /* c */ d */ e", vec!["a", "e"]),
            ("a /* b", vec!["a"]),
            (r#"a "b \" c" d"#, vec!["a", "d"]),
            (r##"a r#"b " c"# d r"\" e"##, vec!["a", "d", "e"]),
            (r#"a br"\" b"#, vec!["a", "b"]),
            (r#"a b"c" d"#, vec!["a", "b", "d"]),
            (r"a '\'' b '\u{1f}' c 'd' e", vec!["a", "b", "c", "e"]),
            ("'(' 'ä' '\"' a", vec!["a"]),
            ("&'a str", vec!["&", "'", "a", "str"]),
            ("a::b", vec!["a", "::", "b"]),
            ("// ä\nü", vec!["ü"]),
        ] {
            assert_eq!(texts(source), left, "{source}");
        }
    }

    #[test]
    fn lines_are_counted_through_what_is_left_out() {
        let source = "a\n/* \n */ b \"\n\n\" c";
        let lines: Vec<usize> = tokens(source).iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }
}
