using System.Text;
using static NativeHost.Storage.StorageLimits;

namespace NativeHost.Storage;

/// <summary>Whether what others give can be kept. Nothing is cut or mended: what is not right is refused, with what would be.</summary>
internal static class Checks
{
    public static void Origin(string origin)
    {
        if (origin.Length == 0 || Encoding.UTF8.GetByteCount(origin) > MaxOriginBytes)
        {
            throw Invalid($"An origin has 1 to {MaxOriginBytes} bytes.");
        }
    }

    /// <param name="what">What the id is of, as its message begins: "A conversation's id".</param>
    public static void Id(string id, string what)
    {
        if (id.Length == 0 || Encoding.UTF8.GetByteCount(id) > MaxIdBytes || id.Any(char.IsControl) || !HasWholeCharacters(id))
        {
            throw Invalid($"{what} has 1 to {MaxIdBytes} bytes of UTF-8, and no control characters.");
        }
    }

    public static void Title(string title)
    {
        if (title.Length > MaxTitleCharacters)
        {
            throw Invalid($"A title has at most {MaxTitleCharacters:N0} characters; this one has {title.Length:N0}. Shorten it; a message holds a long text.");
        }
    }

    /// <param name="what">As the error's message begins: "A topic".</param>
    public static void Word(string? word, string what)
    {
        if (word?.Length > MaxWordCharacters)
        {
            throw Invalid($"{what} has at most {MaxWordCharacters} characters; this one has {word.Length:N0}.");
        }
    }

    /// <param name="what">As the error's message begins: "The metadata".</param>
    public static void Json(string? json, string what)
    {
        if (json is not null && Encoding.UTF8.GetByteCount(json) is var bytes and > MaxJsonBytes)
        {
            throw Invalid($"{what} may have {MaxJsonBytes:N0} bytes, and has {bytes:N0}.");
        }
    }

    public static void Text(string? text)
    {
        if (text is not null && Encoding.UTF8.GetByteCount(text) is var bytes and > MaxTextBytes)
        {
            throw Invalid($"A text may have {MaxTextBytes:N0} bytes, and has {bytes:N0}. Divide it into several messages.");
        }
    }

    public static void Time(DateTimeOffset time)
    {
        if (time.ToUnixTimeMilliseconds() is < 0 or > MaxTime)
        {
            throw Invalid("A time is between the years 1970 and 2200.");
        }
    }

    private static StorageException Invalid(string message) => new(StorageFault.InvalidValue, message);

    // A surrogate without its other half has no UTF-8: two ids could become one key.
    private static bool HasWholeCharacters(string id)
    {
        for (var at = 0; at < id.Length; at++)
        {
            if (char.IsHighSurrogate(id[at]) && at + 1 < id.Length && char.IsLowSurrogate(id[at + 1]))
            {
                at++;
            }
            else if (char.IsSurrogate(id[at]))
            {
                return false;
            }
        }

        return true;
    }
}
