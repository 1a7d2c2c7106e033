namespace NativeHost.Jinja.Methods;

/// <summary>Whether a text has letters of one kind only.</summary>
internal static class TextTests
{
    /// <summary>As in Python: there is a large letter and no small one.</summary>
    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    /// <summary>As in Python: there is a small letter and no large one.</summary>
    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);
}
