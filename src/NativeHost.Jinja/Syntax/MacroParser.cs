namespace NativeHost.Jinja.Syntax;

/// <summary>Reads macros and the blocks that call them.</summary>
/// <param name="tokens">Stand behind the name of the tag.</param>
/// <param name="expressions">Reads defaults and calls, and tells which special names a body has.</param>
/// <param name="readBody">Reads statements up to the tag of a name, and that tag.</param>
internal sealed class MacroParser(TokenCursor tokens, ExpressionParser expressions, Func<string, Statement[]> readBody)
{
    public Macro ReadMacro(int offset)
    {
        var name = tokens.ExpectName("The name of the macro");
        var outer = expressions.SpecialNames;
        expressions.SpecialNames = [];
        var parameters = ReadParameters();
        tokens.Expect(TokenKind.CloseTag);
        var definition = new MacroDefinition(name, parameters, readBody("endmacro"), expressions.SpecialNames);
        expressions.SpecialNames = outer;
        return new Macro(offset, definition);
    }

    public CallBlock ReadCall(int offset)
    {
        // The parameters of the caller stand before the call that it is handed to.
        var outer = expressions.SpecialNames;
        expressions.SpecialNames = [];
        var parameters = tokens.IsSign("(") ? ReadParameters() : [];
        var called = tokens.Current.Offset;
        if (expressions.Read() is not Call call)
        {
            tokens.Fail(called, "A call is needed here, as in {% call quote() %}.");
            return null;
        }

        tokens.Expect(TokenKind.CloseTag);
        var body = readBody("endcall");
        // A body that calls caller means that of the macro around it.
        outer.UnionWith(expressions.SpecialNames);
        var own = expressions.SpecialNames.Where(special => special != "caller").ToHashSet();
        expressions.SpecialNames = outer;
        return new CallBlock(offset, call, new MacroDefinition("caller", parameters, body, own));
    }

    private MacroParameter[] ReadParameters()
    {
        tokens.ExpectSign("(");
        var parameters = new List<MacroParameter>();
        while (!tokens.IsSign(")"))
        {
            var name = tokens.ExpectName("The name of a parameter");
            parameters.Add(new MacroParameter(name, tokens.TrySign("=") ? expressions.Read() : null));
            if (!tokens.TrySign(","))
            {
                break;
            }
        }

        tokens.ExpectSign(")");
        return [.. parameters];
    }
}
