using System.Runtime.Versioning;
using Microsoft.Win32;

namespace NativeHost.Registration;

/// <summary>The registry of this machine.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRegistryKeys : IRegistryKeys
{
    public string? Read(RegistryScope scope, string key, string valueName)
    {
        var hive = scope == RegistryScope.User ? RegistryHive.CurrentUser : RegistryHive.LocalMachine;

        // Chromium asks the 32-bit view before the 64-bit one.
        return Read(hive, RegistryView.Registry32, key, valueName) ?? Read(hive, RegistryView.Registry64, key, valueName);
    }

    public void Write(string key, string valueName, string value)
    {
        using var opened = Registry.CurrentUser.CreateSubKey(key);
        opened.SetValue(valueName, value, RegistryValueKind.String);
    }

    public void DeleteValue(string key, string valueName)
    {
        using var opened = Registry.CurrentUser.OpenSubKey(key, writable: true);
        opened?.DeleteValue(valueName, throwOnMissingValue: false);
    }

    public void DeleteIfEmpty(string key)
    {
        using (var opened = Registry.CurrentUser.OpenSubKey(key))
        {
            if (opened is null || opened.ValueCount > 0 || opened.SubKeyCount > 0)
            {
                return;
            }
        }

        Registry.CurrentUser.DeleteSubKey(key, throwOnMissingSubKey: false);
    }

    private static string? Read(RegistryHive hive, RegistryView view, string key, string valueName)
    {
        using var root = RegistryKey.OpenBaseKey(hive, view);
        using var opened = root.OpenSubKey(key);
        return opened?.GetValue(valueName) as string;
    }
}
