namespace NativeHost.Registration;

/// <summary>Whose part of the registry is meant.</summary>
internal enum RegistryScope
{
    User,
    Machine,
}

/// <summary>The few things done to the registry of Windows.</summary>
internal interface IRegistryKeys
{
    /// <summary>A value's text; null when the key or the value is missing. The empty name is the default value.</summary>
    string? Read(RegistryScope scope, string key, string valueName);

    /// <summary>Sets a text value of the user's part and makes the key where it is missing.</summary>
    void Write(string key, string valueName, string value);

    /// <summary>Removes a value of the user's part, if it is there.</summary>
    void DeleteValue(string key, string valueName);

    /// <summary>Removes a key of the user's part when neither values nor keys are left in it.</summary>
    void DeleteIfEmpty(string key);
}
