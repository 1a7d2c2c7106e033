using System.Globalization;
using System.Text.Json;
using Serilog.Events;

namespace NativeHost.Settings;

/// <summary>What one kind of setting may be, and how it is written in the file and in a variable.</summary>
/// <remarks>Each process has one of each kind at its start, so they make no texts before these are wanted.</remarks>
internal abstract record SettingForm<T>
{
    /// <summary>What it may be, for a person.</summary>
    public abstract string Range { get; }

    /// <summary>Reads a value of the file.</summary>
    /// <returns>Whether it is one that may be.</returns>
    public abstract bool TryRead(JsonElement value, out T read);

    /// <summary>Reads a variable of the environment.</summary>
    /// <inheritdoc cref="TryRead(JsonElement, out T)"/>
    public abstract bool TryRead(string text, out T read);

    /// <summary>As it stands in the file, without what nobody else should see.</summary>
    public abstract string Show(T value);
}

/// <summary>A number.</summary>
internal sealed record NumberForm(NumberRange Numbers) : SettingForm<double>
{
    public override string Range => Numbers.ToString();

    public override bool TryRead(JsonElement value, out double read)
    {
        read = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out read) && Numbers.Contains(read);
    }

    public override bool TryRead(string text, out double read)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out read) && Numbers.Contains(read);

    public override string Show(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A number without a fraction.</summary>
internal sealed record WholeNumberForm(NumberRange Numbers) : SettingForm<int>
{
    public override string Range => $"a whole number, {Numbers}";

    public override bool TryRead(JsonElement value, out int read)
    {
        read = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out read) && Numbers.Contains(read);
    }

    public override bool TryRead(string text, out int read)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out read) && Numbers.Contains(read);

    public override string Show(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Yes or no.</summary>
internal sealed record FlagForm : SettingForm<bool>
{
    public override string Range => "true or false";

    public override bool TryRead(JsonElement value, out bool read)
    {
        read = value.ValueKind == JsonValueKind.True;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    public override bool TryRead(string text, out bool read) => bool.TryParse(text, out read);

    public override string Show(bool value) => value ? "true" : "false";
}

/// <summary>A level of the log, in any letter case.</summary>
internal sealed record LogLevelForm : SettingForm<LogEventLevel>
{
    public override string Range => string.Join(", ", Enum.GetNames<LogEventLevel>());

    public override bool TryRead(JsonElement value, out LogEventLevel read)
    {
        read = default;
        return value.ValueKind == JsonValueKind.String && TryRead(value.GetString()!, out read);
    }

    // A number would be taken as well, and any number at that.
    public override bool TryRead(string text, out LogEventLevel read)
        => Enum.TryParse(text, ignoreCase: true, out read) && Enum.IsDefined(read) && !char.IsAsciiDigit(text[0]);

    public override string Show(LogEventLevel value) => JsonWords.Quoted(value.ToString());
}

/// <summary>The address of a proxy; null or empty for none.</summary>
internal sealed record ProxyForm : SettingForm<string?>
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    public override string Range => "an address such as http://host:port or socks5://host:port, or null";

    public override bool TryRead(JsonElement value, out string? read)
    {
        read = null;
        return value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && TryRead(value.GetString()!, out read));
    }

    public override bool TryRead(string text, out string? read)
    {
        read = text.Trim() is { Length: > 0 } given ? given : null;
        return read is null || (Uri.TryCreate(read, UriKind.Absolute, out var address) && Schemes.Contains(address.Scheme) && address.Host.Length > 0);
    }

    // It may hold a password.
    public override string Show(string? value)
    {
        if (value is null)
        {
            return "null";
        }

        var address = new Uri(value);
        return JsonWords.Quoted(address.UserInfo.Length == 0 ? value : new UriBuilder(address) { UserName = "***", Password = "" }.Uri.AbsoluteUri);
    }
}

/// <summary>The path or the address of a model; what it names need not be there.</summary>
internal sealed record ModelNameForm : SettingForm<string?>
{
    public override string Range => "a path or an address such as owner/name/file.gguf, or null";

    public override bool TryRead(JsonElement value, out string? read)
    {
        read = null;
        return value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && TryRead(value.GetString()!, out read));
    }

    public override bool TryRead(string text, out string? read)
    {
        read = text.Trim() is { Length: > 0 } given ? given : null;
        return read?.Contains('\0') != true;
    }

    public override string Show(string? value) => value is null ? "null" : JsonWords.Quoted(value);
}
