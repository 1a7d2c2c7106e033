using System.Text.Json;

namespace NativeHost.Actions.Generation;

/// <summary>What a setting's value is on the wire.</summary>
internal enum SettingKind
{
    /// <summary>A number, or a text that is one.</summary>
    Number,

    /// <summary>The same without a fraction.</summary>
    Integer,

    /// <summary>True or false; also 1 or 0, and the texts true, yes, 1, false, no, 0.</summary>
    Flag,

    /// <summary>A text, or a list of up to 16 of them, of 1 to 256 characters each.</summary>
    Texts,
}

/// <summary>One setting: its names, what it may be, and where its value goes. The protocol's document is made from it.</summary>
/// <typeparam name="T">The settings that it is one of.</typeparam>
internal sealed class Setting<T>
{
    private readonly Func<T, object?> _read;
    private readonly Func<T, string, JsonElement, T> _apply;

    private Setting(
        string name,
        IReadOnlyList<string> synonyms,
        SettingKind kind,
        string meaning,
        Func<T, object?> read,
        Func<T, string, JsonElement, T> apply)
        => (Name, Synonyms, Kind, Meaning, _read, _apply) = (name, synonyms, kind, meaning, read, apply);

    /// <summary>The name that answers have for it.</summary>
    public string Name { get; }

    /// <summary>Names that other clients have for it.</summary>
    public IReadOnlyList<string> Synonyms { get; }

    public SettingKind Kind { get; }

    /// <summary>What it does, for clients.</summary>
    public string Meaning { get; }

    /// <summary>The least value of a number; null for no number.</summary>
    public double? Least { get; private init; }

    /// <summary>The largest value of a number; null for no number.</summary>
    public double? Most { get; private init; }

    /// <summary>Its value in the settings, to be shown; null for none.</summary>
    public object? Read(T settings) => _read(settings);

    /// <summary>Puts a value that a client sent into the settings.</summary>
    /// <param name="usedName">The name that the client has for it.</param>
    /// <exception cref="Messages.RequestException">The value has the wrong type or is out of range.</exception>
    public T Apply(T settings, string usedName, JsonElement value) => _apply(settings, usedName, value);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Setting<T> Number(
        string name, string[] synonyms, double least, double most, string meaning, Func<T, object?> read, Func<T, double, T> set)
        => new(name, synonyms, SettingKind.Number, meaning, read, (settings, used, value) => set(settings, SettingValue.Number(used, value, least, most)))
        {
            Least = least,
            Most = most,
        };

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Setting<T> Integer(
        string name, string[] synonyms, double least, double most, string meaning, Func<T, object?> read, Func<T, long, T> set)
        => new(name, synonyms, SettingKind.Integer, meaning, read, (settings, used, value) => set(settings, SettingValue.Integer(used, value, least, most)))
        {
            Least = least,
            Most = most,
        };

    public static Setting<T> Flag(string name, string[] synonyms, string meaning, Func<T, object?> read, Func<T, bool, T> set)
        => new(name, synonyms, SettingKind.Flag, meaning, read, (settings, used, value) => set(settings, SettingValue.Flag(used, value)));

    public static Setting<T> Texts(string name, string[] synonyms, string meaning, Func<T, object?> read, Func<T, string[], T> set)
        => new(name, synonyms, SettingKind.Texts, meaning, read, (settings, used, value) => set(settings, SettingValue.Texts(used, value)));
}
