using System.Globalization;

namespace NativeHost.Jinja.Syntax;

/// <summary>Reads what operators stand between: names, constants, brackets, and what follows them directly.</summary>
internal sealed class PrimaryParser(TokenCursor tokens, ExpressionParser expressions)
{
    /// <summary>One value with all that belongs to it.</summary>
    public Expression Read() => ReadPostfix(ReadPrimary());

    /// <summary>Attributes, elements, slices and calls behind a value.</summary>
    public Expression ReadPostfix(Expression target)
    {
        while (true)
        {
            var offset = tokens.Current.Offset;
            if (tokens.TrySign("."))
            {
                target = ReadMember(target, offset);
            }
            else if (tokens.IsSign("["))
            {
                target = ReadSubscript(target);
            }
            else if (tokens.IsSign("("))
            {
                target = new Call(offset, target, ReadArguments());
            }
            else
            {
                return target;
            }
        }
    }

    private Expression ReadMember(Expression target, int offset)
    {
        if (tokens.Current.Kind == TokenKind.IntegerLiteral)
        {
            return new Subscript(offset, target, ReadInteger());
        }

        return new Member(offset, target, JinjaString.Trusted(tokens.ExpectName("The name of an attribute")));
    }

    private Expression ReadSubscript(Expression target)
    {
        var offset = tokens.Take().Offset;
        var start = tokens.IsSign(":") ? null : expressions.ReadTuple();
        if (!tokens.TrySign(":"))
        {
            tokens.ExpectSign("]");
            return new Subscript(offset, target, start!);
        }

        var stop = tokens.IsSign(":") || tokens.IsSign("]") ? null : expressions.Read();
        var step = tokens.TrySign(":") && !tokens.IsSign("]") ? expressions.Read() : null;
        tokens.ExpectSign("]");
        return new Slice(offset, target, start, stop, step);
    }

    /// <summary>What stands between the brackets of a call.</summary>
    public Arguments ReadArguments()
    {
        tokens.ExpectSign("(");
        var positional = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        Expression? more = null;
        Expression? moreNamed = null;
        while (!tokens.IsSign(")"))
        {
            if (tokens.TrySign("**"))
            {
                moreNamed = expressions.Read();
            }
            else if (tokens.TrySign("*"))
            {
                more = expressions.Read();
            }
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead.Is(TokenKind.Sign, "="))
            {
                var name = tokens.Take().Text;
                tokens.Take();
                named.Add(new(name, expressions.Read()));
            }
            else if (named.Count > 0)
            {
                tokens.Fail("An argument without a name cannot follow one with a name; put it before.");
            }
            else
            {
                positional.Add(expressions.Read());
            }

            if (!tokens.TrySign(","))
            {
                break;
            }
        }

        tokens.ExpectSign(")");
        return new Arguments([.. positional], [.. named], more, moreNamed);
    }

    private Expression ReadPrimary()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ReadName();
            case TokenKind.StringLiteral:
                return ReadText();
            case TokenKind.IntegerLiteral:
                return ReadInteger();
            case TokenKind.FloatLiteral:
                tokens.Take();
                return new Constant(token.Offset, new JinjaFloat(double.Parse(token.Text, CultureInfo.InvariantCulture), isTrusted: true));
            case TokenKind.Sign when token.Text is "(" or "[" or "{":
                tokens.Take();
                return token.Text switch
                {
                    "(" => ReadParenthesis(token.Offset),
                    "[" => new ListDisplay(token.Offset, ReadItems("]")),
                    _ => ReadDictionary(token.Offset),
                };
            default:
                tokens.Fail($"An expression is needed here, but {TokenCursor.Describe(token)} stands here.");
                return null;
        }
    }

    private Expression ReadName()
    {
        var token = tokens.Take();
        switch (token.Text)
        {
            case "true" or "True":
                return new Constant(token.Offset, JinjaValue.True);
            case "false" or "False":
                return new Constant(token.Offset, JinjaValue.False);
            case "none" or "None":
                return new Constant(token.Offset, JinjaValue.None);
            case "varargs" or "kwargs" or "caller":
                expressions.SpecialNames.Add(token.Text);
                break;
        }

        return new Name(token.Offset, token.Text);
    }

    private Constant ReadText()
    {
        var token = tokens.Take();
        var text = token.Text;
        while (tokens.Current.Kind == TokenKind.StringLiteral)
        {
            text += tokens.Take().Text;
        }

        return new Constant(token.Offset, JinjaString.Trusted(text));
    }

    private Constant ReadInteger()
    {
        var token = tokens.Take();
        return new Constant(token.Offset, new JinjaInteger(long.Parse(token.Text, CultureInfo.InvariantCulture), isTrusted: true));
    }

    private Expression ReadParenthesis(int offset)
    {
        if (tokens.TrySign(")"))
        {
            return new ListDisplay(offset, []);
        }

        var value = expressions.ReadTuple();
        tokens.ExpectSign(")");
        return value;
    }

    private Expression[] ReadItems(string close)
    {
        var items = new List<Expression>();
        while (!tokens.IsSign(close))
        {
            items.Add(expressions.Read());
            if (!tokens.TrySign(","))
            {
                break;
            }
        }

        tokens.ExpectSign(close);
        return [.. items];
    }

    private DictionaryDisplay ReadDictionary(int offset)
    {
        var entries = new List<KeyValuePair<Expression, Expression>>();
        while (!tokens.IsSign("}"))
        {
            var key = expressions.Read();
            tokens.ExpectSign(":");
            entries.Add(new(key, expressions.Read()));
            if (!tokens.TrySign(","))
            {
                break;
            }
        }

        tokens.ExpectSign("}");
        return new DictionaryDisplay(offset, [.. entries]);
    }
}
