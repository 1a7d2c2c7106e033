namespace NativeHost.Jinja.Methods;

/// <summary>Whether a text has letters of one kind only.</summary>
internal static class TextTests
{
    /// <summary>As in Python: there is a large letter and no small one.</summary>
    public static bool IsUpper(string text) => Has(text, char.IsUpper, char.IsLower);

    /// <summary>As in Python: there is a small letter and no large one.</summary>
    public static bool IsLower(string text) => Has(text, char.IsLower, char.IsUpper);

    private static bool Has(string text, Func<char, bool> wanted, Func<char, bool> unwanted)
    {
        var found = false;
        foreach (var character in text)
        {
            if (unwanted(character))
            {
                return false;
            }

            found = found || wanted(character);
        }

        return found;
    }
}
