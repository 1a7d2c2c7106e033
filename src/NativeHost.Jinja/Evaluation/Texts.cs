namespace NativeHost.Jinja.Evaluation;

/// <summary>What values look like when they are printed.</summary>
internal static class Texts
{
    /// <summary>The text of a value: nothing for none and undefined, JSON for lists and dictionaries.</summary>
    /// <exception cref="JinjaFailure">It has none: it is a function or a loop.</exception>
    public static JinjaString Of(JinjaValue value, RenderState state)
    {
        if (value is JinjaString text)
        {
            return text;
        }

        var builder = new TextBuilder(state.Budget);
        Append(builder, value, state);
        return builder.ToText();
    }

    public static void Append(TextBuilder builder, JinjaValue value, RenderState state)
    {
        switch (value)
        {
            case JinjaString text:
                builder.Append(text);
                break;
            case JinjaNumber number:
                builder.Append(number.Digits, number.IsTrusted);
                break;
            case { IsBoolean: true }:
                builder.Append(value.IsTrue ? "true" : "false", isTrusted: false);
                break;
            case { IsNone: true } or { IsUndefined: true }:
                break;
            case JinjaList or JinjaDict or JinjaNamespace:
                new JsonWriter(builder, state.Budget).Write(value);
                break;
            default:
                throw JinjaFailure.Operation($"{value.Description} has no text; call it, or print one of its attributes.");
        }
    }
}
