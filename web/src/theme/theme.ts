// Ant Design in the look of a public office: dense, flat, quiet; colours dark enough to be read (WCAG AA).
import type { ThemeConfig } from 'antd'

export const ink = '#1c2733'
export const primary = '#1f4b73'

export const theme: ThemeConfig = {
  token: {
    colorPrimary: primary,
    colorLink: '#1c5a94',
    colorLinkHover: primary,
    colorText: ink,
    colorTextSecondary: '#55626f',
    colorTextTertiary: '#5d6975',
    colorTextQuaternary: '#66727e',
    colorTextPlaceholder: '#6a7580',
    colorTextDisabled: '#6a7580',
    colorTextDescription: '#55626f',
    colorError: '#a4262c',
    colorWarning: '#8f5b00',
    colorSuccess: '#1f6b3f',
    colorBorder: '#bcc5ce',
    colorBorderSecondary: '#dfe4e9',
    colorBgLayout: '#f3f5f7',
    borderRadius: 4,
    borderRadiusLG: 6,
    borderRadiusSM: 3,
    controlHeight: 34,
    fontSize: 14,
    fontFamily: 'var(--font)',
    fontFamilyCode: 'var(--mono)',
    boxShadow: '0 2px 10px rgba(28, 39, 51, 0.14)',
    boxShadowSecondary: '0 2px 10px rgba(28, 39, 51, 0.14)',
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
    Tabs: { horizontalMargin: '0 0 12px' },
  },
}
