namespace NativeHost.Messages;

/// <summary>Reads fields of requests, and says what is wrong with them.</summary>
internal static class RequestFields
{
    /// <summary>What is wrong with a field.</summary>
    public static RequestException Invalid(string field, string problem)
        => new(ErrorCode.InvalidRequest, $"Invalid request: {field}: {problem}.") { Details = new ErrorDetails { Field = field } };

    /// <summary>A number of a request.</summary>
    /// <exception cref="RequestException">It is out of its range.</exception>
    public static int Within(string field, int? number, int usual, int least, int most)
        => number is null ? usual : number >= least && number <= most ? number.Value : throw Invalid(field, $"it is from {least} to {most}");

    /// <summary>The first of one field's several names that says something.</summary>
    public static string? FirstOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(name))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>The beginning of a text; no character is cut.</summary>
    /// <param name="most">UTF-16 units, at least 1.</param>
    public static string Beginning(string text, int most)
        => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
